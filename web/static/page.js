// The search page without reloading: a changed filter asks at once, and the answer takes the place of the old one.
// Everything works without this file; it only saves pressing "Apply" and keeps the place on the page.
"use strict";

(() => {
  const form = document.querySelector("form[data-live]");
  document.documentElement.classList.add("js");
  if (!form || !window.fetch || !history.pushState) return;

  let running = null;
  let shown = location.href.split("#")[0];

  // The address of what the form asks, without the fields that were left empty.
  const asked = () => {
    const pairs = [...new FormData(form)].filter(([name, value]) => value !== "" && !(name === "match" && value === "all"));
    const query = new URLSearchParams(pairs).toString();
    return form.action + (query ? "?" + query : "");
  };

  // How to find a control again in the new page.
  const place = (element) => {
    if (!element || element === document.body) return null;
    if (element.id) return "#" + CSS.escape(element.id);
    if (!element.name) return null;
    const value = /^(checkbox|radio)$/.test(element.type) ? `[value="${CSS.escape(element.value)}"]` : "";
    return `${element.localName}[name="${CSS.escape(element.name)}"]${value}`;
  };

  const show = async (address, focus) => {
    if (running) running.abort();
    const mine = (running = new AbortController());
    const main = document.getElementById("main");
    main.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const desk = page.getElementById("desk");
      const ask = page.querySelector("form[data-live]");
      if (!response.ok || !desk || !ask) throw new Error("not an answer");
      const wasOpen = document.getElementById("filters").open;
      const typed = form.elements.q === document.activeElement ? form.elements.q.value : null;
      document.getElementById("desk").replaceWith(desk);
      document.getElementById("filters").open = wasOpen;
      form.replaceChildren(...ask.childNodes);
      if (typed !== null) form.elements.q.value = typed;
      document.title = page.title;
      shown = address.split("#")[0];
      document.getElementById("said").textContent = document.getElementById("total").textContent.replace(/\s+/g, " ").trim();
      const target = focus && document.querySelector(focus);
      if (target) target.focus({ preventScroll: true });
      if (target && target.id === "q") target.setSelectionRange(target.value.length, target.value.length);
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };

  const ask = (focus) => {
    const address = asked();
    history.pushState(null, "", address);
    show(address, focus);
  };

  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control.form === form && control.name !== "q") ask(place(control));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(place(document.activeElement));
  });
  window.addEventListener("popstate", () => {
    // A link to a place on this page is not another answer.
    if (location.href.split("#")[0] !== shown) show(location.href, place(document.activeElement));
  });
})();
