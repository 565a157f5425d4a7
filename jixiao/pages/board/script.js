"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const board = document.getElementById("board");
const card = document.getElementById("card");
const folder = board.dataset.folder;
const SEVERITIES = { E: "错误", W: "疑点", I: "提示" };
const STATUSES = { match: "相符", mismatch: "不符", not_checkable: "无法核对", not_reported: "未公开" };
const YEAR_STATUSES = {
  first_year: "第一年", ambiguous: "有多份，未比较", currency: "币种不同，未比较", gap: "缺上一年，未比较", compared: "",
};
const UNKNOWN = "none";
const CASES = 12;
const FORMS = 15;
const BARS = 20;

// Rows by column name; the page holds them without the names.
const rows = (table) =>
  table ? table.rows.map((row) => Object.fromEntries(table.columns.map((name, place) => [name, row[place]]))) : [];
const written = new Set(data.written);
const yearOf = (subject) => (subject.year === null ? UNKNOWN : String(subject.year));
const yearText = (year) => (year === UNKNOWN ? "年度未载明" : `${year}年度`);

// Figures as text, each with its unit.
const formats = {};
const format = (least, most) =>
  (formats[`${least} ${most}`] ??= new Intl.NumberFormat("zh-CN", { minimumFractionDigits: least, maximumFractionDigits: most }));
const count = (value) => format(0, 0).format(value ?? 0);
const number = (value, digits = 2) =>
  value === null || value === undefined ? "—" : format(digits, digits).format(value);
const unitOf = (currency) => (currency === "CNY" ? "万元" : `万（${currency}）`);
const wan = (value, currency = "CNY") => (value === null ? "—" : `${number(value / 10000)} ${unitOf(currency)}`);
const percent = (value) => (value === null || value === undefined ? "—" : `${number(value * 100)}%`);
const points = (value) =>
  value === null || value === undefined ? "—" : format(0, 2).format(value);
const ratio = (part, whole) => (part === null || !whole ? null : part / whole);

const el = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
};

// The state is in the address: what is chosen can be sent on, and the back button works.
const DEFAULTS = {
  year: "", unit: "", q: "", severity: "EWI", habit: "1", category: "", rule: "", office: "", sort: "risk", form: "",
  measure: "", order: "errors",
};
const read = () => ({ ...DEFAULTS, ...Object.fromEntries(new URLSearchParams(location.hash.slice(1))) });
let state = read();
const go = (changes, replace = false) => {
  const next = { ...state, ...changes };
  const kept = Object.entries(next).filter(([key, value]) => key in DEFAULTS && value !== DEFAULTS[key]);
  const address = `#${new URLSearchParams(kept)}`;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  draw();
};
const FACETS = { q: "", severity: "EWI", habit: "1", category: "", rule: "", office: "", form: "" };

// Charts: drawn once for a subject, as SVG, with patterns beside colours.
let charts = [];
const chart = (height, option, title, onclick) => {
  const place = el("div", { class: "chart", role: "img", style: `height:${height}px` });
  charts.push({ place, option, title, onclick });
  return place;
};
const SERIES = ["#3b5b8c", "#9fb6d6", "#c9a25a"];
const drawCharts = () => {
  for (const one of charts) {
    one.shown = echarts.init(one.place, null, { renderer: "svg" });
    one.shown.setOption({
      animation: false,
      color: SERIES,
      textStyle: { color: "#1b232b", fontFamily: getComputedStyle(document.body).fontFamily },
      aria: { enabled: true, label: { description: one.title }, decal: { show: one.option.series.length > 1 && one.option.decal !== false } },
      ...one.option,
    });
    if (one.onclick) one.shown.on("click", one.onclick);
  }
};
// On paper a chart shrinks with its column.
addEventListener("beforeprint", () => {
  for (const drawing of document.querySelectorAll(".chart svg"))
    drawing.setAttribute("viewBox", `0 0 ${drawing.getAttribute("width")} ${drawing.getAttribute("height")}`);
});
addEventListener("resize", () => charts.forEach((one) => one.shown?.resize()));

const byYear = [...new Set(data.subjects.map(yearOf))].sort((a, b) => (a === UNKNOWN) - (b === UNKNOWN) || b - a);
const inYear = (year) =>
  data.subjects
    .filter((subject) => yearOf(subject) === year)
    .sort((a, b) => a.organization_name.localeCompare(b.organization_name, "zh-CN"));

const chosen = () => {
  const year = byYear.includes(state.year) ? state.year : byYear[0];
  const units = inYear(year);
  const subject = units.length === 1 ? units[0] : units.find((one) => one.organization_id === state.unit);
  return { year, units, subject };
};

const chooser = document.getElementById("subject");
chooser.addEventListener("submit", (event) => event.preventDefault());
chooser.addEventListener("change", () => go({ ...FACETS, year: chooser.year.value, unit: chooser.unit.value }));
const fillChooser = ({ year, units, subject }) => {
  chooser.year.replaceChildren(...byYear.map((one) => el("option", { value: one, selected: one === year }, yearText(one))));
  chooser.unit.replaceChildren(
    ...(units.length > 1 ? [el("option", { value: "" }, `全部 ${count(units.length)} 个单位，逐个列出`)] : []),
    ...units.map((one) =>
      el("option", { value: one.organization_id, selected: one === subject }, one.organization_name),
    ),
  );
};

let drawn;
let drawnLists;
let current;
function draw() {
  state = read();
  const { year, units, subject } = chosen();
  const key = `${year} ${subject?.organization_id ?? ""}`;
  if (key !== drawn) {
    drawn = key;
    charts.forEach((one) => one.shown?.dispose());
    charts = [];
    fillChooser({ year, units, subject });
    current = subject ? unfold(subject) : null;
    board.replaceChildren(...(subject ? pageOf(subject) : overview(year, units)).filter(Boolean));
    drawCharts();
    scrollTo(0, 0);
    drawnLists = null;
  }
  // A card that opens or closes leaves the lists, and the focus in them, as they are.
  const lists = JSON.stringify({ ...state, form: "" });
  if (lists !== drawnLists) {
    drawnLists = lists;
    if (current) refresh(); else listUnits(year, units);
  }
  showCard();
}
addEventListener("popstate", draw);
addEventListener("hashchange", draw);

// All units of a year, a row each: nothing is added up.
const MEASURES = {
  errors: ["确证错误（处）", (one) => one.error_cases ?? 0, -1],
  name: ["单位", null, 1],
  forms: ["自评表（张）", (one) => one.forms ?? 0, -1],
  annual: ["自评项目全年预算", (one) => rows(one.amounts)[0]?.annual_yuan ?? null, -1],
  rate: ["自评项目执行率", (one) => { const sum = rows(one.amounts)[0]; return sum ? ratio(sum.executed_yuan, sum.annual_yuan) : null; }, 1],
  average: ["印出总分平均（分）", (one) => one.reported_average, 1],
  differ: ["总分不符（张）", (one) => one.totals_differ ?? 0, -1],
};
function overview(year, units) {
  const peers = units.flatMap((unit) => rows(unit.peers).map((row) => ({ ...row, unit })));
  const groups = [...new Set(peers.map((row) => `${row.peer_group_label} ${row.measure_code}`))].sort((a, b) => a.localeCompare(b, "zh-CN"))
    .map((group) => peers.filter((row) => `${row.peer_group_label} ${row.measure_code}` === group));
  return [
    el("p", { class: "lead" }, el("b", {}, yearText(year)), ` 有 ${count(units.length)} 个单位的披露`,
      byYear.length > 1 ? `；另有 ${count(byYear.length - 1)} 个年度` : "", "。请选择单位；各单位的数不相加。"),
    leftOut(),
    el("div", { class: "parts" },
      el("section", {}, el("h2", {}, "各单位"),
        el("p", { class: "facets" }, el("label", { class: "wide" }, "查找单位 ", el("input", {
          type: "search", value: state.q, oninput: (event) => go({ q: event.target.value }, true),
        }))),
        el("div", { class: "scroll", id: "units" })),
      groups.length > 0 && el("section", { id: "peers" }, el("h2", {}, "同类单位排名"), groups.map(peerChart))),
  ];
}
function listUnits(year, units) {
  const [, value, direction] = MEASURES[state.order] ?? MEASURES.errors;
  const listed = units.filter((one) => one.organization_name.includes(state.q.trim()));
  if (value) listed.sort((a, b) => compare(value(a), value(b), direction));
  document.getElementById("units").replaceChildren(el("table", {},
    el("caption", {}, `${count(listed.length)} 个单位；错误是可以确证的，一处可以有几条问题`),
    el("thead", {}, el("tr", {}, Object.entries(MEASURES).map(([code, [label]]) =>
      el("th", { class: code === "name" ? "" : "n", "aria-sort": code === state.order ? "descending" : null },
        el("button", { onclick: () => go({ order: code }) }, label, code === state.order ? " ▾" : ""))))),
    el("tbody", {}, listed.slice(0, 500).map((one) => {
      const sum = rows(one.amounts)[0];
      return el("tr", {},
        el("td", { class: one.error_cases ? "n E" : "n" }, count(one.error_cases)),
        el("td", { class: "name" }, el("button", { class: "link", onclick: () => go({ ...FACETS, year, unit: one.organization_id }) }, one.organization_name)),
        el("td", { class: "n" }, count(one.forms)),
        el("td", { class: "n" }, sum ? wan(sum.annual_yuan, sum.currency) : "—"),
        el("td", { class: "n" }, sum ? percent(ratio(sum.executed_yuan, sum.annual_yuan)) : "—"),
        el("td", { class: "n" }, number(one.reported_average)),
        el("td", { class: "n" }, `${count(one.totals_differ)} / ${count(one.totals_compared)}`));
    }))));
}
// Missing values come last.
const compare = (a, b, direction) =>
  a === null ? (b === null ? 0 : 1) : b === null ? -1 : a < b ? -direction : a > b ? direction : 0;
const measureText = (code, value) => (code === "average_project_score" ? `${number(value)} 分` : percent(value));
function peerChart(peers) {
  const listed = peers.sort((a, b) => a.rank - b.rank).slice(0, BARS);
  const label = listed[0].measure_label;
  const unit = listed[0].measure_code === "average_project_score" ? "分" : "%";
  const title = `${label}，${listed[0].peer_group_label}，${count(peers.length)} 个单位${peers.length > BARS ? `中的前 ${BARS} 个` : ""}`;
  return el("div", {}, el("h3", {}, title), bars(listed.map((row) => ({
    name: `${row.rank}. ${row.unit.organization_name}`, values: [row.value], texts: [measureText(row.measure_code, row.value)],
    open: () => go({ ...FACETS, unit: row.unit.organization_id }),
  })), [label], title, (value) => (unit === "分" ? number(value, 0) : `${number(value * 100, 0)}%`), 24));
}

const leftOut = () =>
  data.all_subjects > data.subjects.length &&
  el("p", { class: "small" }, `本页有最近年度的 ${count(data.subjects.length)} 个（单位、年度），共 ${count(data.all_subjects)} 个；其余见首页的文件列表，或用 `, el("code", {}, "jixiao show"), " 打开。");

// One unit and year.
function unfold(subject) {
  const cards = rows(subject.cards);
  const cases = rows(subject.cases);
  cases.forEach((one) => {
    one.card = cards.findIndex((form) => form.project_id === one.project_id);
    one.problems = [];
  });
  cards.forEach((form) => { form.cases = []; });
  if (subject.problems)
    for (const row of rows(subject.problems)) {
      const owner = cases[row.case];
      row.message_zh ??= owner.message_zh;
      row.rule_id ??= owner.rule_id;
      row.severity ??= owner.severity;
      owner.problems.push(row);
    }
  else
    for (const one of cases)
      one.problems.push({ ...one, card: one.card < 0 ? null : one.card, implementing_unit_name: null, item: null });
  for (const one of cases)
    for (const row of one.problems) {
      row.owner = one;
      row.form = row.card === null ? null : cards[row.card];
      row.office = row.form ? row.form.implementing_unit_name : row.implementing_unit_name;
      row.category = data.rules[row.rule_id]?.[1];
      row.title = data.rules[row.rule_id]?.[0] ?? row.rule_id;
      row.text = [row.message_zh, row.title, row.form?.project_name, row.item, one.hypothesis, row.office, row.finding_id]
        .filter(Boolean).join(" ").toLowerCase();
      row.form?.cases.includes(one) || row.form?.cases.push(one);
    }
  return { subject, cards, cases, all: cases.flatMap((one) => one.problems), shownCases: CASES, shownForms: FORMS };
}

const source = (subject) => {
  const names = subject.documents.map(([, file]) => file);
  return `${count(names.length)} 份文件（${names.slice(0, 3).join("、")}${names.length > 3 ? "等" : ""}）`;
};
function pageOf(subject) {
  const forms = subject.forms ?? 0;
  const errors = subject.error_cases ?? 0;
  const elsewhere = subject.error_cases_elsewhere ?? 0;
  return [
    el("p", { class: "lead" }, el("b", {}, subject.organization_name), " ", el("b", {}, yearText(yearOf(subject))),
      `：${source(subject)}，${count(forms)} 张项目支出绩效自评表`,
      subject.forms_left_out ? `（另有 ${count(subject.forms_left_out)} 张部门自评表或重复的表不计）` : "", "。"),
    el("p", { class: "lead", id: "verdict" },
      el("b", { class: errors ? "E" : "" }, errors ? `${count(errors)} 处可以确证的错误` : "没有可以确证的错误"),
      errors ? `：${count(subject.error_forms)} 张表（共 ${count(forms + (subject.forms_left_out ?? 0))} 张）${elsewhere ? `，另 ${count(elsewhere)} 处在正文和决算表` : ""}` : "",
      `；${count(subject.other_cases)} 处疑点或提示，${count(subject.habits)} 种填报习惯`,
      subject.closed_cases ? `；${count(subject.closed_cases)} 处已处理` : "", "。"),
    figures(subject),
    el("div", { class: "parts" },
      casesPart(subject), bridgePart(subject), scoresPart(subject), officesPart(subject), heatPart(subject),
      ratiosPart(subject), peersPart(subject), yearsPart(subject), changesPart(subject), formsPart(subject)),
  ];
}

function figures(subject) {
  const one = (label, value, ...notes) =>
    el("div", {}, el("dt", {}, label), el("dd", { class: "value" }, value), notes.filter(Boolean).map((note) => el("dd", { class: "small" }, note)));
  const shown = [];
  const ratios = rows(subject.ratios);
  for (const row of ratios.filter((found) => found.ratio_code === "budget_execution_rate" && found.basis === "annual_budget"))
    shown.push(one("部门预算执行率", percent(row.ratio),
      `决算 ${wan(row.numerator_yuan, row.currency)} ÷ 全年预算 ${wan(row.denominator_yuan, row.currency)}`,
      row.reported_ratio === null ? "公开的文字未印此数" : `印出 ${percent(row.reported_ratio)}，${STATUSES[row.status]}`));
  for (const sum of rows(subject.amounts))
    shown.push(one("自评项目执行率", percent(ratio(sum.executed_yuan, sum.annual_yuan)),
      `全年执行 ${wan(sum.executed_yuan, sum.currency)} ÷ 全年预算 ${wan(sum.annual_yuan, sum.currency)}`,
      `${count(sum.forms_with_amounts)} / ${count(sum.forms)} 张表三数齐全`));
  for (const row of ratios.filter((found) => found.ratio_code === "self_evaluation_coverage_rate" && found.ratio !== null))
    shown.push(one("项目支出自评覆盖率", percent(row.ratio),
      `自评项目 ${wan(row.numerator_yuan, row.currency)} ÷ 项目支出决算 ${wan(row.denominator_yuan, row.currency)}`));
  if (subject.forms) {
    shown.push(one("印出总分平均", subject.reported_average === null ? "—" : `${number(subject.reported_average)} 分`,
      `${count(subject.forms_with_total)} / ${count(subject.forms)} 张表印有总分`,
      `各项得分之和平均 ${number(subject.recomputed_average)} 分（${count(subject.forms_with_sum)} 张）`));
    shown.push(one("总分与各项之和不符", `${count(subject.totals_differ)} 张`, `可比较 ${count(subject.totals_compared)} 张，共 ${count(subject.forms)} 张`));
    const checkable = (subject.met ?? 0) + (subject.exceeded ?? 0) + (subject.unmet ?? 0);
    shown.push(one("可核对的指标已完成", percent(ratio((subject.met ?? 0) + (subject.exceeded ?? 0), checkable)),
      `${count((subject.met ?? 0) + (subject.exceeded ?? 0))} ÷ ${count(checkable)} 项，未完成 ${count(subject.unmet)} 项`,
      `共 ${count(subject.indicators)} 项，${count(subject.not_checkable)} 项无法核对`));
  }
  const figuresChecked = (subject.figures_match ?? 0) + (subject.figures_differ ?? 0);
  if (figuresChecked)
    shown.push(one("公开数与表格不符", `${count(subject.figures_differ)} 个`,
      `可核对 ${count(figuresChecked)} 个，另 ${count(subject.figures_not_checkable)} 个无法核对`));
  if (subject.cells_read !== null)
    shown.push(one("未读的单元格", `${count(subject.cells_unread)} 格`, `共 ${count(subject.cells_read + subject.cells_unread)} 格`));
  return el("dl", { class: "figures" }, shown);
}

const pageAddress = (document_id, anchor) => `${folder}/${document_id}.html#${anchor}`;
const toPage = (document_id, anchor, text) =>
  written.has(document_id)
    ? el("a", { href: pageAddress(document_id, anchor) }, text)
    : el("span", {}, text, " ", el("code", { class: "small" }, `jixiao show ${document_id}`));
const tag = (one) =>
  el("span", { class: `tag ${one.case_kind === "habit" ? "habit" : one.severity}` },
    one.case_kind === "habit" ? `${SEVERITIES[one.severity] ?? one.severity}·习惯` : (SEVERITIES[one.severity] ?? one.severity));
const stake = (one) =>
  [one.amount_at_stake_yuan === null ? null : `涉及 ${wan(one.amount_at_stake_yuan)}`, one.points_at_stake === null ? null : `${points(one.points_at_stake)} 分`]
    .filter(Boolean).join("，");

function casesPart(subject) {
  if (!subject.cases)
    return el("section", {}, el("h2", {}, "先看这些"),
      el("p", {}, subject.all_cases
        ? `这个单位的 ${count(subject.all_cases)} 处问题不在本页：一页放不下全部单位。逐处见文件的页面：`
        : "没有问题。", subject.all_cases ? documentLinks(subject) : ""));
  const facet = (event) => {
    const box = event.target;
    if (box.name === "severity")
      go({ severity: [...box.form.severity].filter((one) => one.checked).map((one) => one.value).join("") });
    else if (box.name === "habit") go({ habit: box.checked ? "1" : "0" });
    else if (box.name !== "q") go({ [box.name]: box.value });
  };
  return el("section", { id: "cases" }, el("h2", {}, "先看这些"),
    el("form", { class: "facets", "aria-label": "筛选", onchange: facet, onsubmit: (event) => event.preventDefault() },
      el("label", { class: "wide" }, el("span", {}, "查找 "), el("input", { type: "search", name: "q", placeholder: "项目、词句、规则…", oninput: (event) => go({ q: event.target.value }, true) })),
      Object.entries(SEVERITIES).map(([code, label]) =>
        el("label", {}, el("input", { type: "checkbox", name: "severity", value: code }), " ", label, " ", el("span", { "data-count": code }))),
      el("label", {}, el("input", { type: "checkbox", name: "habit" }), " 填报习惯"),
      [["category", "类别"], ["rule", "规则"], ["office", "实施单位"]].map(([name, label]) =>
        el("label", { class: "wide" }, `${label} `, el("select", { name }))),
      el("label", {}, "排序 ", el("select", { name: "sort" },
        [["risk", "风险"], ["amount", "涉及金额"], ["points", "涉及分值"]].map(([value, label]) => el("option", { value }, label)))),
      el("button", { type: "button", onclick: () => go(FACETS) }, "全部")),
    el("p", { class: "small", id: "shown", "aria-live": "polite" }),
    !subject.problems && el("p", { class: "small" }, "每处只列第一条问题，其余见文件的页面。"),
    el("ol", { class: "cases" }),
    el("button", { type: "button", id: "more-cases", onclick: () => { current.shownCases += 50; refresh(); } }));
}

const documentLinks = (subject) =>
  subject.documents.slice(0, 20).map(([id, file]) => el("span", {}, toPage(id, "cases", file), " "));

const passes = (row, without) => {
  const words = state.q.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return (
    (without === "severity" || state.severity.includes(row.owner.severity)) &&
    (state.habit !== "0" || row.owner.case_kind !== "habit") &&
    (without === "category" || !state.category || row.category === state.category) &&
    (without === "rule" || !state.rule || row.rule_id === state.rule) &&
    (without === "office" || !state.office || (row.office ?? UNKNOWN) === state.office) &&
    words.every((word) => row.text.includes(word))
  );
};
const casesBy = (name, value) => {
  const found = new Map();
  for (const row of current.all)
    if (passes(row, name)) {
      const key = value(row) ?? UNKNOWN;
      if (!found.has(key)) found.set(key, new Set());
      found.get(key).add(row.owner);
    }
  return new Map([...found].map(([key, cases]) => [key, cases.size]));
};

const SORTS = {
  amount: (a, b) => compare(a.amount_at_stake_yuan, b.amount_at_stake_yuan, -1),
  points: (a, b) => compare(a.points_at_stake, b.points_at_stake, -1),
};
function refresh() {
  refreshForms();
  const form = board.querySelector("form.facets");
  if (!form) return;
  // What is being typed stays.
  if (form.q.value !== state.q) form.q.value = state.q;
  form.severity.forEach((box) => { box.checked = state.severity.includes(box.value); });
  form.habit.checked = state.habit !== "0";
  form.sort.value = state.sort;
  const severities = casesBy("severity", (row) => row.owner.severity);
  form.querySelectorAll("[data-count]").forEach((place) => { place.textContent = count(severities.get(place.dataset.count)); });
  fill(form.category, casesBy("category", (row) => row.category), state.category, data.categories, "全部类别");
  fill(form.rule, casesBy("rule", (row) => row.rule_id), state.rule, Object.entries(data.rules).map(([id, [title]]) => [id, title]), "全部规则");
  const offices = casesBy("office", (row) => row.office);
  fill(form.office, offices, state.office, [...offices.keys()].map((name) => [name, name === UNKNOWN ? "（正文、决算表或未载明）" : name]), "全部单位");

  const matched = current.all.filter((row) => passes(row));
  const listed = [...new Set(matched.map((row) => row.owner))];
  if (SORTS[state.sort]) listed.sort((a, b) => b.is_open - a.is_open || SORTS[state.sort](a, b));
  else listed.sort((a, b) => current.cases.indexOf(a) - current.cases.indexOf(b));
  const all = current.cases.length;
  document.getElementById("shown").textContent =
    `${count(listed.length)} 处，${count(matched.length)} 条问题` +
    (listed.length < all ? `；全部 ${count(all)} 处，${count(current.subject.findings)} 条` : "") +
    "。一处是同一原因的一条或几条问题，按严重程度和风险排列。";
  const searching = state.q.trim() !== "";
  board.querySelector("ol.cases").replaceChildren(
    ...listed.slice(0, current.shownCases).map((one) => caseItem(one, matched.filter((row) => row.owner === one), searching)));
  const more = document.getElementById("more-cases");
  more.hidden = listed.length <= current.shownCases;
  more.textContent = `再列 ${count(Math.min(50, listed.length - current.shownCases))} 处（还有 ${count(listed.length - current.shownCases)} 处）`;
}
function fill(select, counts, value, options, all) {
  const kept = options.filter(([code]) => counts.has(code) || code === value);
  select.replaceChildren(
    el("option", { value: "" }, all),
    ...kept.map(([code, label]) => el("option", { value: code }, `${label} ${count(counts.get(code))}`)));
  select.value = value;
}
function caseItem(one, matched, searching) {
  const form = one.card >= 0 ? current.cards[one.card] : null;
  const many = one.findings > 1;
  const other = matched.filter((row) => row.message_zh !== one.message_zh);
  return el("li", { class: one.is_open ? "" : "closed" },
    el("div", {}, tag(one)),
    el("div", {}, toPage(one.document_id, `f-${one.finding_id}`, one.message_zh), one.is_open ? "" : "（已处理）",
      one.hypothesis && el("p", { class: "why" }, one.hypothesis),
      el("p", { class: "small" }, form ? formLink(form) : null, form && data.rules[one.rule_id] ? " · " : "",
        data.rules[one.rule_id]?.[2] ?? ""),
      many && current.subject.problems && el("details", { open: searching && one.case_kind === "habit" },
        el("summary", {}, one.case_kind === "habit" ? `${count(matched.length)} 条，在 ${count(new Set(matched.map((row) => row.form)).size)} 张表` : `同一原因 ${count(one.findings)} 条`),
        el("ul", {}, (one.case_kind === "habit" ? matched : other).slice(0, 40).map((row) =>
          el("li", {}, toPage(one.document_id, `f-${row.finding_id}`, row.message_zh), row.form && one.case_kind === "habit" ? [" ", formLink(row.form, "表")] : "")),
          matched.length > 40 && el("li", { class: "small" }, `还有 ${count(matched.length - 40)} 条，见文件的页面`)))),
    el("div", { class: "stake" }, stake(one)));
}
const formName = (form) => `第${form.form_no}张 ${form.project_name ?? "（项目名称未填）"}`;
const formLink = (form, text) =>
  el("button", { type: "button", class: "link", "aria-haspopup": "dialog", onclick: () => go({ form: form.project_id }) }, text ?? formName(form));

// Bars from zero, in the order given, the first on top; each with its figure beside it.
function bars(listed, names, title, axis, wide = 12) {
  const narrow = innerWidth < 760;
  const most = Math.min(narrow ? 8 : wide, Math.max(...listed.map((row) => row.name.length)));
  const below = listed.some((row) => row.values.some((value) => value < 0));
  return chart(46 + listed.length * (names.length > 1 ? 4 + 18 * names.length : 26) + (names.length > 1 ? 22 : 0), {
    grid: { left: 4, right: narrow ? 70 : 96, top: names.length > 1 ? 26 : 4, bottom: 4, containLabel: true },
    legend: names.length > 1 ? { left: 0, top: 0, data: names } : undefined,
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true, formatter: (hovered) => {
      const row = listed[hovered[0].dataIndex];
      const box = el("div", {}, el("b", {}, row.name), names.map((name, place) => el("div", {}, `${name} ${row.texts[place]}`)));
      return box;
    } },
    xAxis: { type: "value", min: below ? undefined : 0, axisLabel: { formatter: axis, hideOverlap: true }, splitNumber: narrow ? 2 : 4 },
    yAxis: { type: "category", inverse: true, data: listed.map((row) => row.name), axisTick: { show: false },
      axisLabel: { interval: 0, color: "#1b232b", width: most * 12.5, overflow: "truncate" } },
    series: names.map((name, place) => ({
      name, type: "bar", data: listed.map((row) => row.values[place]), barMaxWidth: 15, cursor: listed[0]?.open ? "pointer" : "default",
      label: { show: true, position: "right", color: "#1b232b", formatter: (one) => listed[one.dataIndex].labels?.[place] ?? listed[one.dataIndex].texts[place] },
    })),
  }, title, (hit) => listed[hit.dataIndex]?.open?.());
}

function bridgePart(subject) {
  const accounts = rows(subject.bridges).map((row) => ({
    title: row.table_title ?? `收入支出决算表，${row.item_name}`, currency: row.currency,
    steps: [row.initial_budget_yuan, row.annual_budget_yuan, row.final_account_yuan], last: "决算数",
  }));
  const forms = rows(subject.amounts).map((sum) => ({
    title: `自评项目合计，${count(sum.forms_with_amounts)} / ${count(sum.forms)} 张表三数齐全`, currency: sum.currency,
    steps: [sum.initial_yuan, sum.annual_yuan, sum.executed_yuan], last: "全年执行数",
  }));
  const shown = [...accounts.slice(0, 3), ...forms];
  if (!shown.length) return null;
  return el("section", { class: "c5", id: "bridge" }, el("h2", {}, "年初预算 → 全年预算 → 全年执行"),
    shown.map((one) => el("div", {}, el("h3", {}, `${one.title}（${unitOf(one.currency)}）`), bridge(one))));
}
function bridge({ steps, currency, last, title }) {
  const [initial, annual, executed] = steps;
  const sentence = el("p", {}, `年初预算 ${wan(initial, currency)}`,
    ` → 全年预算 ${wan(annual, currency)}${initial === null || annual === null ? "" : `（${annual === initial ? "无调整" : `调整 ${signed(annual - initial, currency)}${initial && Math.abs(annual / initial - 1) >= 0.00005 ? `，${percent((annual - initial) / initial)}` : ""}`}）`}`,
    ` → ${last} ${wan(executed, currency)}${executed === null || !annual ? "" : `（执行率 ${percent(executed / annual)}）`}`);
  // With a figure missing or negative there is no bridge; the sentence says what there is.
  // Without a step of a thousandth there is nothing to see.
  const steady = Math.max(...steps) - Math.min(...steps) < Math.max(...steps) / 1000;
  if (steps.some((value) => value === null || value < 0) || steady) return sentence;
  const names = ["年初预算", "年中调整", "全年预算", executed > annual ? "超出预算" : "未执行", last];
  const tops = [initial, annual - initial, annual, executed - annual, executed];
  const base = [0, Math.min(initial, annual), 0, Math.min(annual, executed), 0];
  const colours = ["#3b5b8c", "#c9a25a", "#3b5b8c", "#c9a25a", "#3b5b8c"];
  return el("div", {}, chart(250, {
    decal: false,
    grid: { left: 4, right: 8, top: 26, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: names, axisTick: { show: false }, axisLabel: { interval: 0, color: "#1b232b" } },
    yAxis: { type: "value", min: 0, axisLabel: { formatter: (value) => number(value / 10000, 0) } },
    series: [
      { type: "bar", stack: "one", silent: true, itemStyle: { color: "transparent" }, data: base },
      { type: "bar", stack: "one", barMaxWidth: 60, data: tops.map((value, place) => ({ value: Math.abs(value), itemStyle: { color: colours[place] } })),
        label: { show: true, position: "top", color: "#1b232b", formatter: (one) => stepText(one.dataIndex, tops) } },
    ],
  }, title), sentence);
}
// A difference that two decimals of 万元 don't show is said in 元.
const signed = (value, currency) => `${value > 0 ? "+" : ""}${value && Math.abs(value) < 50 ? `${number(value)} ${currency === "CNY" ? "元" : currency}` : wan(value, currency)}`;
const stepText = (index, tops) => (index % 2 ? `${tops[index] > 0 ? "+" : ""}${number(tops[index] / 10000)}` : number(tops[index] / 10000));

function scoresPart(subject) {
  const differing = rows(subject.cards).filter((form) => form.difference)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  const unprinted = rows(subject.cards).filter((form) => form.reported_total === null);
  if (!subject.cards) return null;
  const shown = differing.slice(0, FORMS);
  return el("section", { class: "c7", id: "scores" }, el("h2", {}, "印出的总分与各项得分之和"),
    el("p", { class: "small" }, `${count(differing.length)} 张不符${differing.length > FORMS ? `，列出差得最多的 ${FORMS} 张` : ""}`,
      unprinted.length ? `；${count(unprinted.length)} 张未印总分：` : "",
      unprinted.slice(0, 8).map((form, index) => [index ? "、" : "", formLink(form, `第${form.form_no}张`)]), unprinted.length > 8 ? "等" : "", "。"),
    shown.length ? bars(shown.map((form) => ({
      name: formName(form), values: [form.reported_total, form.recomputed_total],
      texts: [`${points(form.reported_total)} 分`, `${points(form.recomputed_total)} 分（相差 ${points(form.recomputed_total - form.reported_total)} 分）`],
      labels: [`${points(form.reported_total)} 分`, `${points(form.recomputed_total)} 分`],
      open: () => go({ form: form.project_id }),
    })), ["印出总分", "各项得分之和"], "印出的总分与各项得分之和，分", (value) => `${value}`, 18) : null);
}

function officesPart(subject) {
  const offices = rows(subject.offices);
  if (!offices.length) return null;
  const title = `各实施单位的全年预算与执行，万元${offices.length > BARS ? `，预算最大的 ${BARS} 个，共 ${count(offices.length)} 个` : ""}`;
  return el("section", { class: "c5", id: "offices" }, el("h2", {}, title),
    bars(offices.slice(0, BARS).map((row) => ({
      name: row.unit_name ?? "（未载明）", values: [row.annual_budget_yuan, row.executed_yuan],
      texts: [wan(row.annual_budget_yuan, row.currency), `${wan(row.executed_yuan, row.currency)}（执行率 ${percent(row.execution_rate)}，${count(row.projects)} 个项目）`],
      labels: [number(row.annual_budget_yuan === null ? null : row.annual_budget_yuan / 10000), `${percent(row.execution_rate)}`],
      open: () => go({ office: row.unit_name ?? UNKNOWN }),
    })), ["全年预算", "全年执行（右为执行率）"], title, (value) => number(value / 10000, 0)));
}

function heatPart(subject) {
  if (!subject.heat) return null;
  const { categories, cells, left_out } = subject.heat;
  const offices = [...new Set(cells.map(([name]) => name))];
  const order = rows(subject.offices).map((row) => row.unit_name);
  offices.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const found = new Map(cells.map((cell) => [`${cell[0]} ${cell[1]}`, cell]));
  // From white for all points to dark for four fifths of them or fewer; text stays readable on each.
  const shade = (share) => `hsl(38 70% ${Math.round(97 - 37 * Math.min(1, Math.max(0, (1 - share) / 0.2)))}%)`;
  return el("section", { class: "c7", id: "heat" }, el("h2", {}, "实施单位 × 指标类别：得分率"),
    el("div", { class: "scroll" }, el("table", { class: "heat" },
      el("caption", {}, "得分率 = 印出得分之和 ÷ 分值之和（印有得分的项），下为项数；颜色越深得分率越低，空白为没有这类指标或未填得分。超过 100% 是得分高于分值。",
        left_out ? `另有 ${count(left_out)} 类项数较少，未列。` : ""),
      el("thead", {}, el("tr", {}, el("th", {}, "实施单位"), categories.map((name) => el("th", { class: "n", scope: "col" }, name)))),
      el("tbody", {}, offices.slice(0, 40).map((office) => el("tr", {},
        el("th", { scope: "row", class: "name" }, el("button", { class: "link", onclick: () => go({ office: office ?? UNKNOWN }) }, office ?? "（未载明）")),
        categories.map((name, index) => {
          const cell = found.get(`${office} ${index}`);
          if (!cell) return el("td", { class: "n none" });
          const share = cell[4] / cell[3];
          return el("td", { class: "n", style: `background:${shade(share)}`, title: `${points(cell[4])} ÷ ${points(cell[3])} 分` },
            `${number(share * 100, 1)}%`, el("span", { class: "small" }, `${count(cell[2])} 项`));
        })))))),
    offices.length > 40 && el("p", { class: "small" }, `列出预算最大的 40 个，共 ${count(offices.length)} 个。`));
}

function ratiosPart(subject) {
  const ratios = rows(subject.ratios);
  if (!ratios.length) return null;
  return el("section", { id: "ratios" }, el("h2", {}, "部门比率：印出与重算"),
    el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ["比率", "口径"].map((name) => el("th", {}, name)), ["分子", "分母", "重算", "印出"].map((name) => el("th", { class: "n" }, name)), el("th", {}, "核对"))),
      el("tbody", {}, ratios.map((row) => el("tr", {},
        el("td", {}, row.ratio_zh), el("td", {}, row.basis_zh),
        el("td", { class: "n" }, wan(row.numerator_yuan, row.currency)), el("td", { class: "n" }, wan(row.denominator_yuan, row.currency)),
        el("td", { class: "n" }, percent(row.ratio)), el("td", { class: "n" }, percent(row.reported_ratio)),
        el("td", { class: row.status === "mismatch" ? "E" : "" }, STATUSES[row.status] ?? row.status)))))));
}

function peersPart(subject) {
  const peers = rows(subject.peers);
  if (!peers.length) return null;
  return el("section", { class: "c6", id: "peers" }, el("h2", {}, `同类单位中的位次（${peers[0].peer_group_label}）`),
    el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "比率"), el("th", { class: "n" }, "本单位"), el("th", { class: "n" }, "位次"))),
      el("tbody", {}, peers.map((row) => el("tr", {}, el("td", {}, row.measure_label),
        el("td", { class: "n" }, measureText(row.measure_code, row.value)),
        el("td", { class: "n" }, `第 ${count(row.rank)} 位，共 ${count(row.peers)} 个`))))));
}

function yearsPart(subject) {
  const years = rows(subject.years).reverse();
  if (!years.length) return null;
  const year = (row) => (row.fiscal_year === null ? "年度未载明" : `${row.fiscal_year}年`);
  const other = (row) => data.subjects.find((one) => one.organization_id === subject.organization_id && one.year === row.fiscal_year);
  return el("section", { class: "c6", id: "years" }, el("h2", {}, "各年度：部门支出（万元）"),
    bars(years.map((row) => ({
      name: year(row), values: [row.initial_budget_yuan, row.annual_budget_yuan, row.executed_yuan],
      texts: [row.initial_budget_yuan, row.annual_budget_yuan, row.executed_yuan].map((value) => wan(value, row.currency)),
      labels: [row.initial_budget_yuan, row.annual_budget_yuan, row.executed_yuan].map((value) => number(value === null ? null : value / 10000)),
    })), ["年初预算", "全年预算", "全年执行"], "各年度部门支出，万元", (value) => number(value / 10000, 0)),
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "年度"),
      ["执行率", "全年预算比上年", "执行数比上年"].map((name) => el("th", { class: "n" }, name)), el("th", {}, "比较"))),
    el("tbody", {}, years.map((row) => el("tr", {},
      el("td", {}, other(row) && other(row) !== subject ? el("button", { class: "link", onclick: () => go({ ...FACETS, year: yearOf(other(row)), unit: subject.organization_id }) }, year(row)) : year(row)),
      el("td", { class: "n" }, percent(row.execution_rate)), el("td", { class: "n" }, change(row.annual_budget_change_rate)),
      el("td", { class: "n" }, change(row.executed_change_rate)), el("td", {}, YEAR_STATUSES[row.status] ?? row.status)))))));
}
const KINDS = { function_class: "功能分类", project: "项目" };
function changesPart(subject) {
  const changes = rows(subject.changes);
  if (!changes.length) return null;
  return el("section", { id: "changes" }, el("h2", {}, "执行数比上年变化最大的功能分类和项目"), el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, el("th", {}, "类别"), el("th", {}, "名称"), ["上年", "本年", "变化"].map((name) => el("th", { class: "n" }, name)))),
    el("tbody", {}, changes.map((row) => el("tr", {},
      el("td", {}, KINDS[row.subject_kind]), el("td", { class: "name" }, row.subject_name),
      el("td", { class: "n" }, wan(row.previous_executed_yuan, row.currency)), el("td", { class: "n" }, wan(row.executed_yuan, row.currency)),
      el("td", { class: "n" }, signed(row.executed_change_yuan, row.currency), row.executed_change_rate === null ? "" : `，${change(row.executed_change_rate)}`)))))));
}
const change = (value) => (value === null ? "—" : `${value > 0 ? "+" : ""}${percent(value)}`);

function formsPart(subject) {
  if (!subject.cards) return null;
  return el("section", { id: "forms" }, el("h2", {}, "自评表，按风险排列"), el("p", { class: "small", id: "shown-forms" }),
    el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, el("th", {}, "项目"), el("th", {}, "实施单位"),
        ["全年预算（万元）", "全年执行（万元）", "执行率", "印出总分（分）", "各项之和（分）", "错误（处）", "疑点（处）"].map((name) => el("th", { class: "n" }, name)))),
      el("tbody", {}))),
    el("button", { type: "button", id: "more-forms", onclick: () => { current.shownForms += 100; refreshForms(); } }));
}
function refreshForms() {
  const part = document.getElementById("forms");
  if (!part) return;
  const narrowed = Object.keys(FACETS).some((name) => name !== "form" && name !== "office" && state[name] !== FACETS[name]);
  const hit = narrowed ? new Set(current.all.filter((row) => passes(row)).map((row) => row.form)) : null;
  const word = state.q.trim();
  const listed = current.cards.filter((form) =>
    (!state.office || (form.implementing_unit_name ?? UNKNOWN) === state.office) &&
    (!hit || hit.has(form) || (word && (form.project_name ?? "").includes(word))));
  document.getElementById("shown-forms").textContent = listed.length < current.cards.length
    ? `有所选问题的 ${count(listed.length)} 张，共 ${count(current.cards.length)} 张` : `${count(listed.length)} 张`;
  const money = (value, form) => (value === null ? "—" : number(value / 10000) + (form.currency === "CNY" ? "" : ` ${form.currency}`));
  part.querySelector("tbody").replaceChildren(...listed.slice(0, current.shownForms).map((form) => el("tr", {},
    el("td", { class: "name" }, formLink(form)), el("td", {}, form.implementing_unit_name ?? "—"),
    el("td", { class: "n" }, money(form.annual_budget_yuan, form)), el("td", { class: "n" }, money(form.executed_yuan, form)),
    el("td", { class: "n" }, percent(form.execution_rate)), el("td", { class: "n" }, points(form.reported_total)),
    el("td", { class: form.difference ? "n E" : "n" }, points(form.recomputed_total)),
    el("td", { class: form.error_cases ? "n E" : "n" }, count(form.error_cases)), el("td", { class: "n" }, count(form.warning_cases)))));
  const more = document.getElementById("more-forms");
  more.hidden = listed.length <= current.shownForms;
  more.textContent = `再列 ${count(Math.min(100, listed.length - current.shownForms))} 张（还有 ${count(listed.length - current.shownForms)} 张）`;
}

// The card of a form.
let opener;
const close = () => go({ form: "" });
card.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
card.addEventListener("click", (event) => { if (event.target === card) close(); });
function showCard() {
  const form = state.form && current?.cards.find((one) => one.project_id === state.form);
  if (!form) {
    if (card.open) { card.close(); opener?.focus?.(); }
    return;
  }
  const pair = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, value));
  const unit = unitOf(form.currency);
  const own = form.cases.filter((one) => one.case_kind !== "habit");
  const habits = form.cases.filter((one) => one.case_kind === "habit");
  const item = (one, row) => el("li", { class: one.is_open ? "" : "closed" }, tag(one), " ", toPage(one.document_id, `f-${row.finding_id}`, row.message_zh));
  const itemsOf = (cases) => cases.flatMap((one) => one.problems.filter((row) => row.form === form).map((row) => item(one, row)));
  const list = (cases) => el("ul", { class: "cases" }, itemsOf(cases).map((one) => { one.style.display = "block"; return one; }));
  const file = current.subject.documents.find(([id]) => id === form.document_id);
  card.replaceChildren(...[
    el("button", { class: "close", onclick: close }, "关闭"),
    el("h2", { id: "card-title" }, formName(form)),
    el("dl", { class: "pairs" }, pair("单位", current.subject.organization_name), pair("年度", yearText(yearOf(current.subject))),
      pair("主管部门", form.competent_unit_name ?? "—"), pair("实施单位", form.implementing_unit_name ?? "—"), pair("文件", file ? file[1] : form.document_id)),
    form.is_repeated && el("p", { class: "small" }, "与另一份文件的表重复，不计入合计。"),
    el("h3", {}, `资金（${unit}）`),
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", {}, "资金来源"), ["年初预算", "全年预算", "全年执行", "执行率", "分值", "得分"].map((name) => el("th", { class: "n" }, name)))),
      el("tbody", {}, form.funds.map(([name, initial, annual, executed, rate, weight, score]) => el("tr", {}, el("td", {}, name ?? "—"),
        [initial, annual, executed].map((value) => el("td", { class: "n" }, value === null ? "—" : number(value / 10000, value % 100 ? 6 : 2))),
        el("td", { class: "n" }, percent(rate)), el("td", { class: "n" }, points(weight)), el("td", { class: "n" }, points(score))))))),
    el("h3", {}, "指标和得分"),
    el("dl", { class: "pairs" }, pair("指标", `${count(form.indicators)} 项`), pair("完成", `${count(form.met)} 项`), pair("超额完成", `${count(form.exceeded)} 项`),
      pair("未完成", `${count(form.unmet)} 项`), pair("无法核对", `${count(form.not_checkable)} 项`)),
    el("dl", { class: "pairs" }, pair("印出总分", form.reported_total === null ? "未印" : `${points(form.reported_total)} 分`),
      pair("各项得分之和", form.recomputed_total === null ? "—" : `${points(form.recomputed_total)} 分`),
      pair("按规则应得", form.expected_total === null ? "—" : `${points(form.expected_total)} 分`), pair("等级", form.grade ?? "—")),
    el("h3", {}, `问题（${count(own.length)} 处，${count(itemsOf(own).length)} 条）`), own.length ? list(own) : el("p", {}, "没有本表自己的问题。"),
    habits.length > 0 && el("details", {}, el("summary", {}, `填报习惯 ${count(habits.length)} 种`), list(habits)),
    el("p", {}, toPage(form.document_id, `form-${form.form_no}`, "打开这张表的页面：逐格、逐行")),
  ].filter(Boolean));
  if (!card.open) { opener = document.activeElement; card.showModal(); }
  card.scrollTop = 0;
}

draw();
