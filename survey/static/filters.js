// The filter row of a dashboard: folded away on a narrow screen before it is painted, unless the address leads to it.
"use strict";

const narrow = matchMedia("screen and (max-width:40rem)");

function fit() {
  const row = document.querySelector(".choices");
  if (row) row.open = !narrow.matches || location.hash === "#filters";
  return row !== null;
}

new MutationObserver((_, watch) => {
  if (fit()) watch.disconnect();
}).observe(document, { childList: true, subtree: true });
narrow.addEventListener("change", fit);
