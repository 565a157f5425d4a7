// Dropped files become those of the form; what is too large is said before it is sent.
const form = document.querySelector("form.drop");
const input = form.querySelector("input[type=file]");
const said = form.querySelector(".said");
const { mostFiles, largestFile, largestUpload, bounds } = form.dataset;

const isTaken = () => {
  const files = [...input.files];
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const large = files.find((file) => file.size > Number(largestFile));
  if (large) said.textContent = `${large.name} 过大：${bounds}。`;
  else if (files.length > Number(mostFiles) || size > Number(largestUpload)) said.textContent = `${bounds}。`;
  else said.textContent = "";
  return files.length > 0 && said.textContent === "";
};

let over = 0;
const hover = (event, change) => {
  if (![...event.dataTransfer.types].includes("Files")) return;
  event.preventDefault();
  over += change;
  form.classList.toggle("over", over > 0);
};
addEventListener("dragenter", (event) => hover(event, 1));
addEventListener("dragleave", (event) => hover(event, -1));
addEventListener("dragover", (event) => hover(event, 0));
addEventListener("drop", (event) => {
  if (event.dataTransfer.files.length === 0) return;
  event.preventDefault();
  over = 0;
  form.classList.remove("over");
  input.files = event.dataTransfer.files;
  if (isTaken()) form.requestSubmit();
});
input.addEventListener("change", () => {
  // With the details open, someone wants to name unit or year first.
  if (isTaken() && !form.querySelector("details").open) form.requestSubmit();
});
form.addEventListener("submit", (event) => {
  if (!isTaken()) event.preventDefault();
  else said.textContent = "正在传送……";
});
