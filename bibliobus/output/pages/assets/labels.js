"use strict";
// Finds room on the map for the badges of stops and the names of settlements, the important first.
function makeLabels(map, markers, cards) {
  const pane = map.createPane("labels");
  const leaders = map.createPane("leaders");
  const names = cards
    .map((card, place) => ({ card, place }))
    .filter(({ card, place }) => card.rank >= 0 && markers.has(place))
    .sort((one, other) => one.card.rank - other.card.rank)
    .map(({ card, place }) => {
      const node = document.createElement("span");
      node.textContent = card.name;
      node.className = ["label", card.strong ? "strong" : "", card.far ? "far" : ""].join(" ").trim();
      node.setAttribute("aria-hidden", "true");
      node.dir = "auto";
      pane.append(node);
      return { node, at: markers.get(place)[0].getLatLng(), place };
    });
  const DIRECTIONS = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [1, 1], [-1, -1], [-1, 1]];
  const AIR = 1;
  let view = null;

  function apart(one, other) {
    return one[0] >= other[0] + other[2] + AIR || other[0] >= one[0] + one[2] + AIR
      || one[1] >= other[1] + other[3] + AIR || other[1] >= one[1] + one[3] + AIR;
  }

  function isFree(box, taken, own) {
    return taken.every((other) => other.place === own || apart(box, other.box));
  }

  // The part of the map that is seen; what lies outside it may be placed anywhere.
  function isSeen([x, y, width, height], at) {
    const { min, max } = view;
    return !view.contains(at) || x >= min.x && y >= min.y && x + width <= max.x && y + height <= max.y;
  }

  // Boxes around a point: over it, beside it, and farther away in eight directions.
  function boxesAround(at, width, height, gaps, over) {
    const boxes = over ? [[at.x - width / 2, at.y - height / 2, width, height]] : [];
    for (const [gapX, gapY] of gaps) {
      for (const [right, down] of DIRECTIONS) {
        const x = at.x + right * (gapX + width / 2) * (down && right ? 0.75 : 1);
        const y = at.y + down * (gapY + height / 2);
        boxes.push([x - width / 2, y - height / 2, width, height]);
      }
    }
    return boxes.filter((box) => isSeen(box, at));
  }

  function placeSymbols(taken, sizes) {
    for (const [place, found] of markers) {
      const icon = found[0].getElement();
      const drawn = icon && icon.querySelector("svg");
      if (!drawn) { continue; }
      const at = map.latLngToLayerPoint(found[0].getLatLng());
      const { iconAnchor: [left, top], iconSize: [width, height] } = found[0].options.icon.options;
      taken.push({ place, box: [at.x - left, at.y - top, width, height] });
      sizes.set(place, [width / 2, height / 2]);
    }
  }

  // Buttons and scale lie over the map: nothing is written under them.
  function placeControls(taken) {
    const frame = map.getContainer().getBoundingClientRect();
    for (const control of document.querySelectorAll("#home, .leaflet-control-zoom, .leaflet-control-scale")) {
      const { left, top, width, height } = control.getBoundingClientRect();
      const { x, y } = map.containerPointToLayerPoint([left - frame.left, top - frame.top]);
      if (width) { taken.push({ place: -1, box: [x, y, width, height] }); }
    }
  }

  function drawLeader(at, box, colour) {
    const [dx, dy] = [box[0] + box[2] / 2 - at.x, box[1] + box[3] / 2 - at.y];
    const line = document.createElement("span");
    line.className = "leader";
    line.style.width = Math.hypot(dx, dy) + "px";
    line.style.background = colour;
    line.style.transform = `translate(${at.x}px, ${at.y}px) rotate(${Math.atan2(dy, dx)}rad)`;
    leaders.append(line);
  }

  function placeBadge(badge, at, place, taken, sizes) {
    // With all weeks shown there are many badges: each stays near its stop, or becomes a dot of its colour.
    const gaps = document.documentElement.dataset.detail === "day" ? [[7, 6]] : [[7, 6], [20, 14], [36, 26]];
    let box = null;
    for (const small of [false, true]) {
      badge.classList.toggle("small", small);
      const around = boxesAround(at, badge.offsetWidth, badge.offsetHeight, gaps, true);
      box = around.find((one) => isFree(one, taken, place));
      if (box) { break; }
    }
    const [width, height] = [badge.offsetWidth, badge.offsetHeight];
    const over = !box || box[0] === at.x - width / 2 && box[1] === at.y - height / 2;
    box = box || [at.x - width / 2, at.y - height / 2, width, height];
    badge.style.transform = `translate(${Math.round(box[0] - at.x)}px, ${Math.round(box[1] - at.y)}px)`;
    taken.push({ place: over ? place : -1, box });
    if (over) {
      sizes.set(place, [width / 2, height / 2]);
    } else {
      drawLeader(at, box, badge.style.getPropertyValue("--colour"));
    }
  }

  function placeBadges(taken, sizes) {
    leaders.replaceChildren();
    for (const [place, found] of markers) {
      for (const marker of found) {
        const badge = marker.options.layer !== undefined && map.hasLayer(marker) && marker.getElement().querySelector(".badge");
        if (badge && badge.offsetWidth) { placeBadge(badge, map.latLngToLayerPoint(marker.getLatLng()), place, taken, sizes); }
      }
    }
  }

  function placeNames(taken, sizes) {
    for (const { node } of names) { node.hidden = false; }
    const measured = names.map(({ node }) => [node.offsetWidth, node.offsetHeight]);
    names.forEach(({ node, at, place }, index) => {
      const [dx, dy] = sizes.get(place) || [0, 0];
      const around = boxesAround(map.latLngToLayerPoint(at), ...measured[index], [[dx + 3, dy + 1]], false);
      const box = around.find((one) => isFree(one, taken, place));
      node.hidden = !box;
      if (box) {
        L.DomUtil.setPosition(node, L.point(Math.round(box[0]), Math.round(box[1])));
        taken.push({ place: -1, box });
      }
    });
  }

  function layOut() {
    const [taken, sizes] = [[], new Map()];
    const corner = map.containerPointToLayerPoint([0, 0]);
    view = L.bounds(corner, corner.add(map.getSize()));
    placeControls(taken);
    placeSymbols(taken, sizes);
    placeBadges(taken, sizes);
    placeNames(taken, sizes);
    pane.classList.remove("moving");
    leaders.classList.remove("moving");
  }

  map.on("zoomstart", () => { pane.classList.add("moving"); leaders.classList.add("moving"); });
  map.on("moveend resize overlayadd overlayremove", () => { if (!map.quiet) { layOut(); } });
  window.matchMedia("(max-width: 40em)").addEventListener("change", layOut);
  layOut();
  return layOut;
}
