// The page at which clerks key paper: shows under each column what was keyed, and sends a sheet with its last digit.
const field = document.getElementById("keyed");
const form = field.form;
const columns = [...document.querySelectorAll("[data-width]")];
let sent = false;

function show() {
  const digits = field.value.replace(/\D/g, "");
  if (digits !== field.value) field.value = digits;
  let at = 0;
  let current = null;
  for (const column of columns) {
    const width = Number(column.dataset.width);
    const keys = column.dataset.keys ? column.dataset.keys.split(" ") : null;
    const key = digits.slice(at, at + width);
    const whole = key.length === width;
    column.querySelector(".out").textContent = key;
    const wrong = whole && keys !== null && !keys.includes(key);
    column.classList.toggle("wrong", wrong);
    if (current === null && (!whole || wrong)) current = column;
    at += width;
  }
  for (const column of columns) column.classList.toggle("current", column === current);
  if (current !== null) current.scrollIntoView({block: "nearest"});
  if (current === null && digits.length === at && !sent) {
    sent = true;
    form.requestSubmit();
  }
}

field.addEventListener("input", show);
window.addEventListener("pageshow", () => { sent = false; });
show();
