"use strict";
// Binds the markers of the map to the data of the page. Text from data only ever becomes textContent.
(function () {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const root = document.documentElement;
  const markers = new Map();
  const state = { week: "", day: "", bus: "", place: "" };
  let map = null;
  let layOut = null;

  // The map's own script runs after this one: the hooks see every object it makes.
  L.Map.addInitHook(function () { map = this; });
  L.Marker.addInitHook(function () {
    const place = this.options.place;
    if (place === undefined) { return; }
    markers.set(place, [...(markers.get(place) || []), this]);
    this.bindPopup(() => drawCard(data.places[place]), {
      maxWidth: 300, minWidth: 200, maxHeight: Math.max(160, Math.min(320, map.getSize().y - 150)), autoPanPaddingTopLeft: [10, 90]
    });
    this.on("add", () => nameMarker(this, data.places[place]));
    this.on("popupopen", () => remember({ place: data.places[place].id }));
    this.on("popupclose", () => {
      remember({ place: "" });
      const left = this.getPopup().getElement();
      const inside = document.activeElement === document.body || left && left.contains(document.activeElement);
      if (inside && this.getElement()) { this.getElement().focus({ preventScroll: true }); }
    });
  });
  const drawScale = L.Control.Scale.prototype._updateScale;
  L.Control.Scale.include({
    _updateScale: function (scale, text, ratio) {
      const [value, unit] = text.split(" ");
      drawScale.call(this, scale, value + "\u00a0" + (data.words[unit] || unit), ratio);
    }
  });

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) { made.textContent = text; }
    if (className) { made.className = className; }
    return made;
  }

  function nameMarker(marker, card) {
    const icon = marker.getElement();
    icon.title = card.name;
    icon.setAttribute("role", "button");
    icon.setAttribute("aria-label", card.say ? card.name + ": " + card.say : card.name);
  }

  function drawCard(card) {
    const made = element("div", undefined, "card");
    const title = element("h3");
    title.append(element("bdi", card.name));
    made.append(title);
    if (card.sub) { made.append(element("p", card.sub, "sub")); }
    for (const line of card.lines) { made.append(element("p", line)); }
    if (card.rows.length) { made.append(drawVisits(card.rows)); }
    return made;
  }

  function drawVisits(rows) {
    const table = element("table");
    table.append(element("caption", data.words.next_visits));
    const head = table.createTHead().insertRow();
    for (const name of ["date", "time"]) {
      const cell = element("th", data.words[name]);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (const [weekday, date, time, duration, bus] of rows) {
      const row = body.insertRow();
      const day = element("td", date);
      day.append(element("small", weekday));
      const clock = element("td", time, "clock");
      clock.append(element("small", bus ? duration + " · " + bus : duration));
      row.append(day, clock);
    }
    return table;
  }

  // --- switches, and the address that keeps them ------------------------------------------------------------

  function layers() {
    return [...document.querySelectorAll("#tours .layer")].map((name) => ({
      index: Number(name.dataset.layer),
      weekday: name.dataset.weekday,
      bus: name.dataset.bus,
      input: name.closest("label").querySelector("input")
    }));
  }

  function press(buttons, isPressed) {
    for (const button of buttons) { button.setAttribute("aria-pressed", String(isPressed(button))); }
  }

  function remember(changes) {
    Object.assign(state, changes);
    const kept = Object.entries(state).filter(([, value]) => value);
    const address = "#" + kept.map(([name, value]) => name + "=" + encodeURIComponent(value)).join("&");
    history.replaceState(null, "", address);
  }

  function showWeek(week) {
    const only = document.getElementById("weeks") ? week : "1";
    if (only) { root.dataset.week = only; } else { delete root.dataset.week; }
    press(document.querySelectorAll("#weeks button"), (button) => button.dataset.week === week);
    remember({ week });
    chooseDetail();
    layOut();
  }

  function showTours(day, bus) {
    remember({ day, bus });
    if (document.getElementById("bus")) { document.getElementById("bus").value = bus; }
    map.quiet = true;
    for (const layer of layers()) {
      const wanted = (!day || layer.weekday === day) && (!bus || layer.bus === bus);
      if (layer.input.checked !== wanted) { layer.input.click(); }
    }
    map.quiet = false;
    followLayers();
    layOut();
  }

  function followLayers() {
    const all = layers().filter((layer) => !state.bus || layer.bus === state.bus);
    const buttons = [...document.querySelectorAll("#days button")];
    const fitting = buttons.filter(({ dataset: { weekday } }) =>
      all.length > 0 && all.every((layer) => layer.input.checked === (!weekday || layer.weekday === weekday)));
    const shown = fitting.find((button) => button.dataset.weekday === state.day) || fitting[0];
    press(buttons, (button) => button === shown);
    chooseDetail();
  }

  // A badge tells the day; of one week also the number of the stop; of one day of a week the time.
  function chooseDetail() {
    const days = new Set(layers().filter((layer) => layer.input.checked).map((layer) => layer.weekday));
    root.dataset.detail = !root.dataset.week ? "day" : days.size === 1 ? "time" : "order";
  }

  function known(selector, name, value) {
    return [...document.querySelectorAll(selector)].some(({ dataset }) => dataset[name] === value) ? value : "";
  }

  function readAddress() {
    const asked = new URLSearchParams(location.hash.slice(1));
    if (![...asked.keys()].some((name) => name in state)) { return; }
    const place = data.places.findIndex((card) => card.id === asked.get("place"));
    showTours(known("#days button", "weekday", asked.get("day")), known("#tours .layer", "bus", asked.get("bus")));
    showWeek(known("#weeks button", "week", asked.get("week")));
    if (place >= 0 && markers.has(place)) { find(place); }
  }

  function fitPlaces(wanted) {
    const points = [...markers.keys()].filter(wanted).map((place) => markers.get(place)[0].getLatLng());
    if (points.length) { map.fitBounds(points, { padding: [24, 24], maxZoom: 14, animate: false }); }
  }

  function wholeArea() { fitPlaces(() => true); }

  function ownArea() {
    const front = (place) => data.places[place].rank >= 0 && !data.places[place].far;
    if (data.places.some((card) => card.far)) { fitPlaces(front); } else { wholeArea(); }
  }

  function find(place) {
    const calls = markers.get(place).filter((marker) => marker.options.layer !== undefined);
    if (calls.length && !calls.some((marker) => map.hasLayer(marker))) {
      layers().filter(({ index }) => index === calls[0].options.layer).forEach(({ input }) => input.click());
    }
    if (calls.length && !calls.some((marker) => marker.getElement() && marker.getElement().offsetParent)) { showWeek(""); }
    const marker = calls.find((call) => map.hasLayer(call)) || markers.get(place)[0];
    document.getElementById("map").scrollIntoView({ block: "nearest" });
    map.setView(marker.getLatLng(), Math.max(map.getZoom(), 11), { animate: false });
    marker.openPopup();
  }

  // --- print ---------------------------------------------------------------------------------------------

  function printing(on) {
    const view = printing.view;
    if (on === Boolean(view)) { return; }
    printing.view = on ? [map.getCenter(), map.getZoom()] : null;
    root.classList.toggle("printing", on);
    map.closePopup();
    map.invalidateSize({ animate: false });
    if (on) { ownArea(); } else { map.setView(view[0], view[1], { animate: false }); }
    layOut();
  }

  function start() {
    const control = document.querySelector(".leaflet-control-layers");
    document.getElementById("tours").append(control);
    L.DomUtil.setPosition(control, L.point(0, 0));
    for (const [selector, word] of [[".leaflet-control-zoom-in", "zoom_in"], [".leaflet-control-zoom-out", "zoom_out"]]) {
      const button = document.querySelector(selector);
      button.title = data.words[word];
      button.setAttribute("aria-label", data.words[word]);
    }
    map.on("popupopen", ({ popup }) =>
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", data.words.close));
    map.on("click popupopen", () => map.scrollWheelZoom.enable());
    map.on("mouseout", () => map.scrollWheelZoom.disable());
    map.setMinZoom(5);
    map.setMaxZoom(17);
    map.on("overlayadd overlayremove", followLayers);
    ownArea();
    chooseDetail();
    layOut = makeLabels(map, markers, data.places);
    if (document.getElementById("days") && !document.getElementById("weeks")) { showWeek(""); }
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) { return; }
      if (button.closest("#weeks")) { showWeek(button.dataset.week); }
      if (button.closest("#days")) { showTours(button.dataset.weekday, state.bus); }
      if (button.id === "home") { wholeArea(); }
      if (button.dataset.place) { find(Number(button.dataset.place)); }
    });
    document.addEventListener("change", ({ target }) => {
      if (target.id === "bus") { showTours(state.day, target.value); }
    });
    document.addEventListener("keydown", ({ key }) => { if (key === "Escape") { map.closePopup(); } });
    window.addEventListener("hashchange", readAddress);
    window.addEventListener("beforeprint", () => printing(true));
    window.addEventListener("afterprint", () => printing(false));
    readAddress();
  }

  document.addEventListener("DOMContentLoaded", start);
})();
