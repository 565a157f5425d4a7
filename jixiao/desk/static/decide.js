// One form for all findings: a page with a form at each of two thousand takes half a minute to open.
const template = document.getElementById("desk-form");
document.addEventListener("click", (event) => {
  const act = event.target.closest("a.act");
  if (!act || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const open = document.querySelector(".desk > form");
  const isHere = open?.parentElement === act.parentElement;
  open?.remove();
  if (isHere) return;
  const { basedOn, others } = act.dataset;
  const form = template.content.firstElementChild.cloneNode(true);
  form.elements.finding_id.value = act.pathname.split("/").pop();
  if (basedOn) form.elements.based_on.value = basedOn;
  else form.querySelector("[name=withdraw]").remove();
  if (others) form.querySelector(".others").textContent = others;
  else form.querySelector("label").remove();
  act.after(form);
  form.elements.reason.focus();
});
