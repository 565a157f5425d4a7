const filter = document.querySelector(".filter");
filter.hidden = false;
const shown = () => {
  const severities = new Set([...filter.severity].filter((box) => box.checked).map((box) => box.value));
  for (const one of document.querySelectorAll(".f[data-rule], .cases li")) {
    const severity = [...one.classList].find((name) => "EWI".includes(name));
    const off =
      !severities.has(severity) ||
      (one.classList.contains("habit") && !filter.habit.checked) ||
      (filter.rule.value && one.dataset.rule !== filter.rule.value);
    one.classList.toggle("off", off);
  }
  // With a rule chosen, only its forms stay.
  for (const form of document.querySelectorAll("section.form"))
    form.classList.toggle("off", filter.rule.value !== "" && !form.querySelector(".f[data-rule]:not(.off)"));
};
filter.addEventListener("change", (event) => {
  if (event.target.name === "form") location.hash = event.target.value;
  else shown();
});
filter.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const habit = event.target.closest(".f.habit");
  // A form in it is filled in by clicks.
  if (habit && !event.target.closest("form, a")) habit.classList.toggle("open");
});
