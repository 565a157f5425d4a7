# The command line, Dagster and the builds; `--target board` adds Superset with the dashboards.
FROM python:3.11-slim AS jixiao
ENV PYTHONUTF8=1 DO_NOT_TRACK=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore \
    JIXIAO_HOME=/data
WORKDIR /opt/jixiao
COPY requirements.lock deploy/postgres.lock ./
RUN pip install --no-deps --require-hashes --requirement requirements.lock --requirement postgres.lock
COPY pyproject.toml setup.py README.md LICENSE dbt_project.yml profiles.yml ./
COPY ingestion ingestion
COPY expectations expectations
COPY jixiao jixiao
COPY orchestration orchestration
COPY models models
COPY macros macros
COPY seeds seeds
COPY tests/dbt tests/dbt
# The package goes to site-packages; the sources would be imported instead of it.
RUN pip install --no-deps --no-build-isolation . && rm -rf ./*
# The volumes get the owner of these folders when they are first used.
RUN useradd --uid 10001 --create-home jixiao && mkdir -p /data/var /data/landing && chown -R jixiao: /data
USER 10001
WORKDIR /data
VOLUME ["/data/var", "/data/landing"]
HEALTHCHECK --interval=5m --timeout=30s CMD ["jixiao", "releases", "list"]
ENTRYPOINT ["jixiao"]
CMD ["build"]

FROM jixiao AS board
USER root
COPY dashboards/superset/requirements.lock /opt/superset/
RUN python -m venv /opt/superset/env \
    && /opt/superset/env/bin/pip install --no-deps --require-hashes --requirement /opt/superset/requirements.lock
COPY dashboards /opt/board/dashboards
USER 10001
WORKDIR /opt/board
HEALTHCHECK --interval=1m --timeout=10s --start-period=3m \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8088/health', timeout=5)"]
ENTRYPOINT ["python", "-m", "dashboards.superset.serve", "--superset", "/opt/superset/env", "--host", "0.0.0.0"]
CMD []
