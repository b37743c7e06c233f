"use strict";
// Binds the markers of the map to the data of the page. Text from data only ever becomes textContent.
(function () {
  const data = JSON.parse(document.getElementById("page-data").textContent);
  const root = document.documentElement;
  const markers = new Map();
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
    const badge = icon.textContent.trim();
    icon.title = card.name;
    icon.setAttribute("aria-label", badge ? card.name + ", " + badge : card.name);
  }

  function drawCard(card) {
    const made = element("div", undefined, "card");
    const title = element("h3");
    title.append(element("bdi", card.name));
    made.append(title);
    if (card.sub) { made.append(element("p", card.sub, "sub")); }
    for (const line of card.lines) { made.append(element("p", line)); }
    if (card.rows.length) { made.append(drawCalls(card.rows)); }
    return made;
  }

  function drawCalls(rows) {
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const name of ["week", "date", "time"]) {
      const cell = element("th", data.words[name]);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    for (const [week, weekday, date, time, duration, bus] of rows) {
      const row = body.insertRow();
      const day = element("td", weekday);
      day.append(element("small", date));
      const clock = element("td", time, "clock");
      clock.append(element("small", duration), element("small", bus));
      row.append(element("td", week), day, clock);
    }
    return table;
  }

  // --- switches ------------------------------------------------------------------------------------------

  function layers() {
    return [...document.querySelectorAll("#tours .layer")].map((name) => ({
      index: Number(name.dataset.layer),
      weekday: name.dataset.weekday,
      input: name.closest("label").querySelector("input")
    }));
  }

  function press(buttons, isPressed) {
    for (const button of buttons) { button.setAttribute("aria-pressed", String(isPressed(button))); }
  }

  function showWeek(week) {
    if (week) { root.dataset.week = week; } else { delete root.dataset.week; }
    press(document.querySelectorAll("#weeks button"), (button) => button.dataset.week === week);
    layOut();
  }

  function showDay(weekday) {
    for (const layer of layers()) {
      if (layer.input.checked !== (!weekday || layer.weekday === weekday)) { layer.input.click(); }
    }
  }

  function followLayers() {
    const all = layers();
    press(document.querySelectorAll("#days button"), ({ dataset: { weekday } }) =>
      all.length > 0 && all.every((layer) => layer.input.checked === (!weekday || layer.weekday === weekday)));
  }

  function wholeArea() {
    const points = [...markers.values()].map((found) => found[0].getLatLng());
    if (points.length) { map.fitBounds(points, { padding: [24, 24], maxZoom: 14, animate: false }); }
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
    if (on) { wholeArea(); } else { map.setView(view[0], view[1], { animate: false }); }
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
    wholeArea();
    layOut = makeLabels(map, markers, data.places);
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) { return; }
      if (button.closest("#weeks")) { showWeek(button.dataset.week); }
      if (button.closest("#days")) { showDay(button.dataset.weekday); }
      if (button.id === "home") { wholeArea(); }
      if (button.dataset.place) { find(Number(button.dataset.place)); }
    });
    window.addEventListener("beforeprint", () => printing(true));
    window.addEventListener("afterprint", () => printing(false));
  }

  document.addEventListener("DOMContentLoaded", start);
})();
