// Keeps the page as it is at central: after each tick the page fetches itself and takes over its main region.
"use strict";
(() => {
  const LEAST_MS = 500; // between two refreshes, however fast results land
  const state = document.getElementById("live");
  const word = document.getElementById("live-word");
  let busy = false, again = false, timer = null, lost = false;

  const say = (kind, text) => { state.dataset.state = kind; word.textContent = text; };

  async function refresh() {
    if (busy || document.hidden) { again = true; return; }
    busy = true; again = false;
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch { /* the stream says when central is away */ }
    busy = false;
    clearTimeout(timer);
    timer = setTimeout(() => { timer = null; if (again) refresh(); }, LEAST_MS);
  }

  function swap(fresh) {
    const main = document.getElementById("main"), next = fresh.getElementById("main");
    const held = document.activeElement;
    if (!next || (main.contains(held) && held.closest("form"))) { again = true; return; }
    const href = main.contains(held) ? held.getAttribute("href") : null;
    const label = main.contains(held) ? held.getAttribute("aria-label") : null;
    const scrolled = [...main.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    main.replaceChildren(...next.childNodes);
    main.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] || 0; });
    const same = [...main.querySelectorAll("a, .scroll")].find((one) =>
      href ? one.getAttribute("href") === href : label && one.getAttribute("aria-label") === label);
    if (same) same.focus({ preventScroll: true });
  }

  function watch() {
    const stream = new EventSource("/live");
    stream.addEventListener("hello", () => {
      say("on", "live");
      if (lost) { lost = false; refresh(); }
    });
    stream.addEventListener("tick", () => { timer ? again = true : refresh(); });
    stream.onerror = () => {
      lost = true; say("away", "reconnecting");
      if (stream.readyState === EventSource.CLOSED) setTimeout(watch, 5000);
    };
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden && again) refresh(); });
  document.addEventListener("focusout", () => { if (again) setTimeout(refresh, LEAST_MS); });
  watch();
})();
