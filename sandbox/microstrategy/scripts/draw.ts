/** Draws what the Library shows: dashboards with charts and filters, reports, documents, bots, the home page. Plain script text. */
export const drawScript = String.raw`
var SVG = "http://www.w3.org/2000/svg";

/** Makes an element: el("p", { class: "x" }, "text", child). */
function el(tag, attributes) {
  var svg = /^(svg|g|path|line|rect|circle|text|polyline|title)$/.test(tag);
  var node = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
  Object.keys(attributes || {}).forEach(function (name) {
    var value = attributes[name];
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  });
  for (var i = 2; i < arguments.length; i += 1) append(node, arguments[i]);
  return node;
}
function append(node, child) {
  if (Array.isArray(child)) return child.forEach(function (one) { append(node, one); });
  if (child === undefined || child === null || child === false) return undefined;
  node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  return undefined;
}
function clear(node) { node.replaceChildren(); return node; }
function fixed(value, digits) { return (Object.is(value, -0) ? 0 : value).toFixed(digits).replace("-", "\u2212"); }
function grouped(value) { return Math.round(value).toLocaleString("en-GB"); }
/** As wide as a key figure allows: 628.1k, 1.91M. */
function short(value, suffix, digits) {
  return suffix === "k" && value >= 1000 ? fixed(value / 1000, 2) + "M" : fixed(value, digits) + suffix;
}
function signed(value, digits) { return (value >= 0 ? "+" : "") + fixed(value, digits); }
var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
var LONG = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** Draws content and returns what the SDK may do with it. */
function draw(main, content, hooks) {
  var views = { dashboard: drawDashboard, report: drawReport, document: drawDocument, bot: drawBot, library: drawLibrary };
  return views[content.kind](main, content, hooks);
}

// ------------------------------------------------------------------ dashboards

function drawDashboard(main, content, hooks) {
  var model = content.model;
  var R = model.regions.length;
  var C = model.categories.length;
  var everyRegion = model.regions.map(function (region, index) { return index; });
  var state = { page: model.pages[0].key, year: model.years.length - 1, regions: new Set(everyRegion), category: null, sort: "value" };
  if (hooks.pageKey) {
    var wanted = hooks.pageKey.split("--");
    var found = model.pages.filter(function (page) { return wanted.indexOf(page.key) >= 0; })[0];
    if (found) state.page = found.key;
  }

  // The filters as the SDK knows them: keys, element ids and names.
  var filters = [
    { key: "W101", name: "Year", id: "8D679D5111D3E4981000E787EC6DE8A4", items: model.years.map(String), multiple: false },
    { key: "W102", name: "Region", id: "8D679D4B11D3E4981000E787EC6DE8A4", items: model.regions.map(function (region) { return region.name; }), multiple: true },
    { key: "W103", name: model.category, id: "8D679D3711D3E4981000E787EC6DE8A4", items: model.categories, multiple: false }
  ];
  function elementId(filter, index) { return "h" + (index + 1) + ";" + filter.id; }
  function selectedOf(filter) {
    if (filter.key === "W101") return [state.year];
    if (filter.key === "W102") return Array.from(state.regions);
    return state.category === null ? filter.items.map(function (item, index) { return index; }) : [state.category];
  }
  function filterList() {
    return filters.map(function (filter) {
      var selected = selectedOf(filter);
      return {
        filterKey: filter.key, filterName: filter.name, isExclude: false, filterType: "attributeSelector",
        filterDetail: {
          supportMultiple: filter.multiple,
          items: filter.items.map(function (item, index) {
            return { name: item, value: elementId(filter, index), selected: selected.indexOf(index) >= 0 };
          })
        }
      };
    });
  }
  function setFilter(key, selections) {
    var filter = filters.filter(function (one) { return one.key === key || one.name === key; })[0];
    if (!filter) throw new Error("There is no filter " + key);
    var all = selections === "all";
    var picked = all ? filter.items.map(function (item, index) { return index; }) : selections.map(function (selection) {
      return filter.items.findIndex(function (item, index) {
        var id = selection.value || selection.id;
        return selection.name === item || id === elementId(filter, index);
      });
    }).filter(function (index) { return index >= 0; });
    if (filter.key === "W101") state.year = all || !picked.length ? model.years.length - 1 : picked[0];
    if (filter.key === "W102") state.regions = new Set(picked);
    if (filter.key === "W103") state.category = picked.length === 1 ? picked[0] : null;
  }
  function clearFilters() {
    state.year = model.years.length - 1;
    state.regions = new Set(everyRegion);
    state.category = null;
  }
  (hooks.filters || []).forEach(function (one) {
    try { setFilter(one.key || one.name, one.selections || []); } catch (unknown) { /* A filter this dashboard does not have. */ }
  });

  // -------------------------------------------------- sums

  function sums(pick) {
    var total = { value: 0, plan: 0, share: 0, wholePlan: 0, known: false };
    var year = pick.year === undefined ? state.year : pick.year;
    for (var m = 0; m < model.months; m += 1) {
      if (pick.month !== undefined && pick.month !== m) continue;
      for (var r = 0; r < R; r += 1) {
        if (pick.region !== undefined ? pick.region !== r : !state.regions.has(r)) continue;
        for (var c = 0; c < C; c += 1) {
          if (pick.category !== undefined ? pick.category !== c : state.category !== null && state.category !== c) continue;
          var at = ((year * model.months + m) * R + r) * C + c;
          total.wholePlan += model.cells.plan[at];
          if (model.cells.actual[at] === null || m >= (pick.upTo || 12)) continue;
          total.known = true;
          total.value += model.cells.actual[at];
          total.plan += model.cells.plan[at];
          total.share += model.cells.share[at];
        }
      }
    }
    return total;
  }
  function monthsKnown(year) {
    for (var m = model.months - 1; m >= 0; m -= 1)
      if (model.cells.actual[(year * model.months + m) * R * C] !== null) return m + 1;
    return 0;
  }
  function ratio(total) { return total.value ? (100 * total.share) / total.value : 0; }
  function digitsFor(value) { return Math.abs(value) >= 1000 ? 0 : 1; }
  function figure(value) { return model.prefix + short(value, model.suffix, digitsFor(value)); }

  // -------------------------------------------------- frame of the page

  var tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Pages" });
  var meta = el("p", { class: "meta" }, content.project + ", data of 06:00, as " + content.user.username);
  var board = el("div", { class: "board", id: "board", role: "tabpanel", tabindex: "0" });
  var panel = el("aside", { class: "filters", id: "filters", "aria-label": "Filters" });
  var toggle = el("button", { class: "icon only-narrow", type: "button", "aria-controls": "filters", "aria-expanded": "false", "aria-label": "Filters", click: function () { openPanel(!panel.classList.contains("open")); } },
    el("svg", { viewBox: "0 0 16 16", width: 18, height: 18, "aria-hidden": "true" }, el("path", { d: "M2 4.5h12M4.5 8h7M6.5 11.5h3", stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round" })));
  function openPanel(open) {
    panel.classList.toggle("open", open);
    toggle.setAttribute("aria-expanded", String(open));
    if (open) panel.querySelector("button, input").focus();
  }
  panel.addEventListener("keydown", function (event) { if (event.key === "Escape") { openPanel(false); toggle.focus(); } });
  clear(main);
  append(main, [
    el("h1", { class: "sr" }, content.name),
    el("header", { class: "top" }, tabs, el("div", { class: "side" }, meta, el("span", { class: "tag" }, "Sandbox"), toggle)),
    el("div", { class: "split" }, board, panel)
  ]);

  function drawTabs() {
    clear(tabs);
    model.pages.forEach(function (page) {
      var current = page.key === state.page;
      append(tabs, el("button", { role: "tab", type: "button", "aria-selected": String(current), "aria-controls": "board", tabindex: current ? "0" : "-1", "data-page": page.key, click: function () { goToPage(page.key); } }, page.name));
    });
  }
  tabs.addEventListener("keydown", function (event) {
    var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    var at = model.pages.findIndex(function (page) { return page.key === state.page; });
    var next = model.pages[(at + step + model.pages.length) % model.pages.length];
    goToPage(next.key);
    tabs.querySelector("[data-page=" + next.key + "]").focus();
    event.preventDefault();
  });

  function goToPage(key) {
    var page = model.pages.filter(function (one) { return one.key === key; })[0];
    if (!page) return false;
    if (page.key !== state.page) {
      state.page = page.key;
      drawTabs();
      drawBoard();
      hooks.onPage(page.key);
    }
    return true;
  }

  function changed() { drawPanel(); drawBoard(); hooks.onFilters(filterList()); }

  // -------------------------------------------------- filter panel

  function group(label, count) {
    return el("section", {}, el("h3", {}, label, count && el("span", { class: "count" }, count)));
  }
  function keepFocus(redraw) {
    var focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.focus : null;
    redraw();
    var again = focused && panel.querySelector('[data-focus="' + focused + '"]');
    if (again) again.focus();
  }
  function drawPanel() {
    keepFocus(function () {
      clear(panel);
      append(panel, el("div", { class: "head" }, el("h2", {}, "Filters"),
        el("button", { class: "link", type: "button", "data-focus": "reset", click: function () { clearFilters(); changed(); } }, "Reset"),
        el("button", { class: "link only-narrow", type: "button", click: function () { openPanel(false); toggle.focus(); } }, "Done")));
      var years = group("Year");
      append(years, el("div", { class: "segment", role: "group", "aria-label": "Year" }, model.years.map(function (year, index) {
        return el("button", { type: "button", "aria-pressed": String(state.year === index), "data-focus": "year-" + index, click: function () { state.year = index; changed(); } }, year);
      })));
      var regions = group("Region", state.regions.size + " of " + R);
      append(regions, model.regions.map(function (region, index) {
        return el("label", { class: "check" },
          el("input", { type: "checkbox", checked: state.regions.has(index), "data-focus": "region-" + index, change: function (event) { if (event.target.checked) state.regions.add(index); else state.regions.delete(index); changed(); } }),
          el("span", {}, region.name), el("span", { class: "count" }, region.places));
      }));
      var category = group(model.category);
      append(category, el("select", { "aria-label": model.category, "data-focus": "category", change: function (event) { state.category = event.target.value === "" ? null : Number(event.target.value); changed(); } },
        el("option", { value: "" }, "All"), model.categories.map(function (name, index) {
          return el("option", { value: index, selected: state.category === index }, name);
        })));
      var shown = 0;
      var all = 0;
      model.regions.forEach(function (region, index) { all += region.places; if (state.regions.has(index)) shown += region.places; });
      append(panel, [years, regions, category, el("p", { class: "foot" }, "Showing " + shown + " of " + all + " " + model.place.toLowerCase() + "s")]);
    });
  }

  // -------------------------------------------------- tiles

  function tile(className, title, unit, legend, body) {
    var headline = el("div", { class: "tile-head" }, el("h2", {}, title), unit && el("span", { class: "unit" }, unit), legend && el("span", { class: "legend" }, legend));
    return el("section", { class: "tile " + className }, headline, body);
  }
  function key(kind, label) { return el("span", { class: "key " + kind }, label); }

  function kpis() {
    var known = monthsKnown(state.year);
    var current = sums({ upTo: known });
    var before = state.year > 0 ? sums({ year: state.year - 1, upTo: known }) : null;
    var growth = before && before.value ? (current.value / before.value - 1) * 100 : null;
    var against = current.plan ? (100 * current.value) / current.plan : 0;
    var againstBefore = before && before.plan ? (100 * before.value) / before.plan : null;
    var quality = ratio(current);
    var qualityBefore = before && before.value ? ratio(before) : null;
    var rate = Math.max(0.4, model.rate.base + (28 - quality) * 0.09 - state.year * 0.15);
    var count = current.value * model.count.perUnit;
    var delta = function (value, unit, lowIsGood) {
      if (value === null) return null;
      var good = lowIsGood ? value <= 0 : value >= 0;
      return el("span", { class: good ? "good" : "bad" }, signed(value, 1) + unit);
    };
    var list = [
      [model.measure + ", " + (known < 12 ? "year to date" : model.years[state.year]), figure(current.value), delta(growth, "%")],
      ["Against plan", fixed(against, 1) + "%", delta(againstBefore === null ? null : against - againstBefore, " pt")],
      [model.ratio, fixed(quality, 1) + "%", delta(qualityBefore === null ? null : quality - qualityBefore, " pt")],
      [model.count.label, short(count, model.count.suffix, 0), delta(growth === null ? null : growth + 1.2, "%")],
      [model.rate.label, fixed(rate, 1) + "%", delta(state.year ? -0.2 - state.year * 0.2 : null, " pt", true)]
    ];
    return el("section", { class: "kpis", "aria-label": "Key figures" }, list.map(function (one) {
      return el("div", { class: "kpi" }, el("p", { class: "label" }, one[0]), el("p", { class: "figure" }, one[1], " ", one[2]));
    }));
  }

  function series(pick) {
    var actual = [];
    var plan = [];
    for (var m = 0; m < model.months; m += 1) {
      var total = sums(Object.assign({ month: m }, pick));
      actual.push(total.known ? total.value : null);
      plan.push(total.wholePlan);
    }
    return { actual: actual, plan: plan };
  }

  function lineTile(className, title, pick, compact) {
    var data = series(pick);
    var holder = el("div", { class: "chart" });
    var paint = function (width) {
      var height = compact ? 120 : Math.max(240, holder.clientHeight || 300);
      lineChart(holder, data, width, height, compact);
    };
    onWidth(holder, paint);
    return tile(className, title, compact ? null : model.unit, compact ? null : [key("actual", "Actual"), key("plan", "Plan")], holder);
  }

  function lineChart(holder, data, width, height, compact) {
    var box = { left: compact ? 14 : 36, right: 14, top: 12, bottom: compact ? 18 : 26 };
    var values = data.actual.concat(data.plan).filter(function (value) { return value !== null; });
    var low = Math.min.apply(null, values);
    var high = Math.max.apply(null, values);
    var stepSize = niceStep((high - low) / 3 || 1);
    low = Math.max(0, Math.floor((low - stepSize * 0.2) / stepSize) * stepSize);
    high = Math.ceil((high + stepSize * 0.1) / stepSize) * stepSize;
    var x = function (m) { return box.left + (m * (width - box.left - box.right)) / (model.months - 1); };
    var y = function (value) { return height - box.bottom - ((value - low) / (high - low || 1)) * (height - box.top - box.bottom); };
    var label = title12(data);
    var svg = el("svg", { viewBox: "0 0 " + width + " " + height, width: width, height: height, role: "img", "aria-label": label });
    for (var tick = low; tick <= high + 1e-9; tick += stepSize) {
      append(svg, el("line", { class: "grid", x1: box.left, x2: width - box.right, y1: y(tick), y2: y(tick) }));
      if (!compact) append(svg, el("text", { class: "axis", x: box.left - 8, y: y(tick) + 4, "text-anchor": "end" }, fixed(tick, stepSize < 1 ? 1 : 0)));
    }
    var every = width < 420 || compact ? 2 : 1;
    for (var m = 0; m < model.months; m += every)
      append(svg, el("text", { class: "axis", x: x(m), y: height - 6, "text-anchor": "middle" }, MONTHS[m]));
    var line = function (list) {
      return list.map(function (value, index) { return value === null ? "" : (index && list[index - 1] !== null ? "L" : "M") + x(index).toFixed(1) + " " + y(value).toFixed(1); }).join("");
    };
    for (var i = 0; i + 1 < model.months; i += 1) {
      if (data.actual[i + 1] === null || data.actual[i] === null) break;
      var above = data.actual[i] + data.actual[i + 1] >= data.plan[i] + data.plan[i + 1];
      append(svg, el("path", { class: above ? "over" : "under", d: "M" + x(i) + " " + y(data.actual[i]) + "L" + x(i + 1) + " " + y(data.actual[i + 1]) + "L" + x(i + 1) + " " + y(data.plan[i + 1]) + "L" + x(i) + " " + y(data.plan[i]) + "Z" }));
    }
    append(svg, el("path", { class: "plan", d: line(data.plan) }));
    append(svg, el("path", { class: "actual", d: line(data.actual) }));
    var last = data.actual.reduce(function (at, value, index) { return value === null ? at : index; }, 0);
    append(svg, el("circle", { class: "dot", cx: x(last), cy: y(data.actual[last] || 0), r: 3 }));
    var cross = el("line", { class: "cross", y1: box.top, y2: height - box.bottom, visibility: "hidden" });
    var spot = el("circle", { class: "spot", r: 4, visibility: "hidden" });
    append(svg, [cross, spot]);
    var tip = el("div", { class: "tip", hidden: true });
    var point = function (m) {
      var value = data.actual[m];
      cross.setAttribute("x1", x(m));
      cross.setAttribute("x2", x(m));
      cross.setAttribute("visibility", "visible");
      spot.setAttribute("visibility", value === null ? "hidden" : "visible");
      spot.setAttribute("cx", x(m));
      spot.setAttribute("cy", y(value === null ? low : value));
      clear(tip);
      append(tip, [el("b", {}, LONG[m] + " " + (value === null ? "" : fixed(value, digitsFor(value)))),
        el("span", {}, "plan " + fixed(data.plan[m], digitsFor(data.plan[m])) + (value === null ? "" : ", " + signed((value / data.plan[m] - 1) * 100, 1) + "%"))]);
      tip.hidden = false;
      tip.style.left = Math.min(Math.max(0, x(m) + 10), width - 130) + "px";
      tip.style.top = Math.min(height - 60, y(value === null ? data.plan[m] : value) + 12) + "px";
    };
    var hide = function () { tip.hidden = true; cross.setAttribute("visibility", "hidden"); spot.setAttribute("visibility", "hidden"); };
    svg.addEventListener("pointermove", function (event) {
      var box2 = svg.getBoundingClientRect();
      var m = Math.round(((event.clientX - box2.left - box.left) / (width - box.left - box.right)) * (model.months - 1));
      point(Math.max(0, Math.min(model.months - 1, m)));
    });
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("click", function () {
      hooks.onGraphics({ vizKey: "K61", graphics: [[{ n: "Year", v: String(model.years[state.year]) }]] });
    });
    clear(holder);
    append(holder, [svg, tip]);
  }
  function title12(data) {
    return data.actual.map(function (value, m) { return value === null ? null : MONTHS[m] + " " + fixed(value, digitsFor(value)); }).filter(Boolean).join(", ");
  }
  function niceStep(raw) {
    var power = Math.pow(10, Math.floor(Math.log10(raw)));
    return [1, 2, 2.5, 5, 10].map(function (factor) { return factor * power; }).filter(function (one) { return one >= raw; })[0];
  }

  function barTile(className, title, rows, unit, legend, max, onPick) {
    return tile(className, title, unit, legend, el("div", { class: "bars" }, rows.map(function (row) {
      var width = Math.max(0, Math.min(100, (100 * row.value) / max));
      return el("button", { type: "button", class: "bar", disabled: !onPick, "aria-pressed": row.pressed === undefined ? null : String(row.pressed), "aria-label": row.name + " " + row.text, click: function () { if (onPick) onPick(row); } },
        el("span", { class: "name" }, row.name),
        el("span", { class: "track" }, el("span", { class: "fill", style: "width:" + width.toFixed(1) + "%" }),
          row.target === undefined ? null : el("span", { class: "target", style: "left:" + Math.min(100, (100 * row.target) / max).toFixed(1) + "%" })),
        el("span", { class: "num" }, row.text));
    })));
  }
  function pickRegion(row) {
    state.regions = state.regions.size === 1 && state.regions.has(row.index) ? new Set(everyRegion) : new Set([row.index]);
    hooks.onGraphics({ vizKey: "K62", graphics: [[{ n: "Region", v: row.name }]] });
    changed();
  }
  function regionRatios() {
    return model.regions.map(function (region, index) {
      var value = ratio(sums({ region: index }));
      return { index: index, name: region.name, value: value, text: fixed(value, 1), target: model.targets[index], pressed: state.regions.size < R && state.regions.has(index) };
    });
  }

  function heatTile(className, from, to) {
    var head = el("tr", {}, el("td", {}));
    for (var m = from; m < to; m += 1) append(head, el("th", { scope: "col" }, MONTHS[m]));
    var compareYear = state.year > 0 ? state.year - 1 : null;
    var body = model.categories.map(function (name, c) {
      var row = el("tr", {}, el("th", { scope: "row" }, name));
      for (var m2 = from; m2 < to; m2 += 1) {
        var value = sums({ month: m2, category: c });
        var base = compareYear === null ? { value: value.plan } : sums({ year: compareYear, month: m2, category: c });
        var growth = value.known && base.value ? Math.round((value.value / base.value - 1) * 100) : null;
        append(row, el("td", { class: "cell " + (growth === null ? "none" : growth < 0 ? "minus" : "plus"), style: growth === null ? null : "--level:" + Math.min(1, Math.abs(growth) / 18).toFixed(2) }, growth === null ? "" : fixed(growth, 0)));
      }
      if (state.category !== null && state.category !== c) row.classList.add("dim");
      return row;
    });
    return tile(className, "Growth by " + model.category.toLowerCase(), compareYear === null ? "% on plan" : "% on last year", null,
      el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, el("table", { class: "heat" }, el("thead", {}, head), el("tbody", {}, body))));
  }

  function placeTile(className, limit) {
    var known = monthsKnown(state.year) - 1;
    var rows = model.places.filter(function (place) { return state.regions.has(place.region); }).map(function (place) {
      var total = sums({ month: known, region: place.region });
      return { name: place.name, region: model.regions[place.region].name, value: total.value * place.weight * 1000, plan: place.againstPlan + 2 * state.year - 3, ratio: ratio(total) + place.ratio };
    });
    rows.sort(function (a, b) { return state.sort === "name" ? a.name.localeCompare(b.name) : b[state.sort] - a[state.sort]; });
    var sortable = function (name, label, numeric) {
      return el("th", { scope: "col", class: numeric ? "right" : null, "aria-sort": state.sort === name ? (name === "name" ? "ascending" : "descending") : null },
        el("button", { type: "button", click: function () { state.sort = name; drawBoard(); } }, label));
    };
    var unit = model.prefix ? model.prefix + " k" : "";
    var shown = rows.slice(0, limit);
    return tile(className, model.place + "s, " + LONG[known], shown.length + " of " + rows.length + " listed", null, el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" },
      el("table", { class: "places" },
        el("thead", {}, el("tr", {}, sortable("name", model.place), limit > 7 ? el("th", { scope: "col" }, "Region") : null, sortable("value", model.measure + (unit ? ", " + unit : ""), true), sortable("plan", "Against plan", true), sortable("ratio", model.ratio, true))),
        el("tbody", {}, shown.map(function (row) {
          return el("tr", {}, el("th", { scope: "row" }, row.name), limit > 7 ? el("td", {}, row.region) : null, el("td", { class: "right" }, grouped(row.value)),
            el("td", { class: "right " + (row.plan >= 0 ? "good" : "bad") }, signed(row.plan, 1) + "%"),
            el("td", { class: "right" }, el("span", { class: "mini" }, el("span", { style: "width:" + Math.max(4, Math.min(100, row.ratio * 2.6)).toFixed(0) + "%" })), fixed(row.ratio, 1) + "%"));
        })))));
  }

  function drawBoard() {
    var view = model.pages.filter(function (page) { return page.key === state.page; })[0].view;
    board.setAttribute("aria-label", model.pages.filter(function (page) { return page.key === state.page; })[0].name);
    clear(board);
    append(board, el("p", { class: "meta only-small" }, content.project + ", data of 06:00, as " + content.user.username));
    if (state.regions.size === 0) {
      append(board, el("p", { class: "empty" }, "No region is selected. ", el("button", { class: "link", type: "button", click: function () { clearFilters(); changed(); } }, "Reset the filters")));
      return;
    }
    var known = monthsKnown(state.year);
    if (view === "overview") {
      append(board, [kpis(), lineTile("wide", model.measure + " by month", {}), barTile("narrow", model.ratio + " by region", regionRatios(), "%", [key("target", "Target")], 36, pickRegion), heatTile("half", Math.max(0, known - 6), known), placeTile("half", 7)]);
    } else if (view === "regions") {
      var most = Math.max.apply(null, model.regions.map(function (region, index) { return sums({ region: index }).value; }));
      append(board, [barTile("narrow", model.measure + " by region", model.regions.map(function (region, index) {
        var value = sums({ region: index }).value;
        return { index: index, name: region.name, value: value, text: fixed(value, digitsFor(value)), pressed: state.regions.size < R && state.regions.has(index) };
      }), model.unit, null, most, pickRegion), el("div", { class: "multiples wide" }, model.regions.map(function (region, index) {
        return lineTile("", region.name, { region: index }, true);
      }))]);
    } else if (view === "categories") {
      var sizes = model.categories.map(function (name, index) { return sums({ category: index }).value; });
      append(board, [barTile("narrow", model.measure + " by " + model.category.toLowerCase(), model.categories.map(function (name, index) {
        return { index: index, name: name, value: sizes[index], text: fixed(sizes[index], digitsFor(sizes[index])), pressed: state.category === index };
      }), model.unit, null, Math.max.apply(null, sizes), function (row) {
        state.category = state.category === row.index ? null : row.index;
        hooks.onGraphics({ vizKey: "K63", graphics: [[{ n: model.category, v: row.name }]] });
        changed();
      }), lineTile("wide", model.measure + " by month", {}), heatTile("full", 0, 12)]);
    } else {
      append(board, [kpis(), placeTile("full", 24)]);
    }
  }

  drawTabs();
  drawPanel();
  drawBoard();
  return {
    pageKey: function () { return state.page; },
    goToPage: goToPage,
    filterList: filterList,
    setFilter: setFilter,
    clearFilters: clearFilters,
    applyFilters: changed,
    visualizations: function () {
      return [{ key: "K61", name: model.measure + " by month" }, { key: "K62", name: "By region" }, { key: "K63", name: "By " + model.category.toLowerCase() }];
    }
  };
}

/** Calls paint with the element's width, now and whenever it changes. */
function onWidth(node, paint) {
  var last = 0;
  new ResizeObserver(function () {
    var width = Math.floor(node.clientWidth);
    if (width > 0 && width !== last) { last = width; paint(width); }
  }).observe(node);
}

// ------------------------------------------------------------------ the other kinds

function plainTop(content) {
  return el("header", { class: "top plain" }, el("h1", {}, content.name),
    el("div", { class: "side" }, el("p", { class: "meta" }, "as " + content.user.username), el("span", { class: "tag" }, "Sandbox")));
}

function drawReport(main, content) {
  var model = content.model;
  var most = Math.max.apply(null, model.rows.map(function (row) { return Math.max.apply(null, row.values); }));
  clear(main);
  append(main, [plainTop(content), el("div", { class: "board single", tabindex: "0" }, el("section", { class: "tile full" },
    el("div", { class: "tile-head" }, el("h2", {}, model.measure), el("span", { class: "unit" }, "per week and region")),
    el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, el("table", { class: "places" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Week"), model.columns.map(function (name) { return el("th", { scope: "col", class: "right" }, name); }), el("th", { scope: "col", class: "right" }, "Total"))),
      el("tbody", {}, model.rows.map(function (row) {
        var total = row.values.reduce(function (sum, value) { return sum + value; }, 0);
        return el("tr", {}, el("th", { scope: "row" }, row.label), row.values.map(function (value) {
          return el("td", { class: "right shade", style: "--level:" + (value / most).toFixed(2) }, grouped(value));
        }), el("td", { class: "right total" }, grouped(total)));
      })))))) ]);
  return {};
}

function drawDocument(main, content, hooks) {
  var layouts = content.model.layouts;
  var page = layouts[0].key;
  var tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Layouts" });
  var body = el("article", { class: "paper", id: "board", tabindex: "0" });
  function paint() {
    clear(tabs);
    append(tabs, layouts.map(function (layout) {
      return el("button", { role: "tab", type: "button", "aria-selected": String(layout.key === page), "aria-controls": "board", click: function () { goToPage(layout.key); } }, layout.name);
    }));
    var layout = layouts.filter(function (one) { return one.key === page; })[0];
    clear(body);
    append(body, [el("h1", {}, content.name), el("h2", {}, layout.name), layout.paragraphs.map(function (text) { return el("p", {}, text); })]);
  }
  function goToPage(key) {
    if (!layouts.some(function (layout) { return layout.key === key; })) return false;
    page = key;
    paint();
    hooks.onPage(key);
    return true;
  }
  clear(main);
  append(main, [el("header", { class: "top" }, tabs, el("div", { class: "side" }, el("p", { class: "meta" }, "as " + content.user.username), el("span", { class: "tag" }, "Sandbox"))), el("div", { class: "desk" }, body)]);
  paint();
  return { pageKey: function () { return page; }, goToPage: goToPage };
}

function drawBot(main, content) {
  var model = content.model;
  var log = el("div", { class: "talk", role: "log", "aria-label": "Conversation", tabindex: "0" });
  var input = el("input", { type: "text", "aria-label": "Your question", placeholder: "Ask a question", autocomplete: "off" });
  function say(who, text) {
    append(log, el("p", { class: "bubble " + who }, text));
    log.scrollTop = log.scrollHeight;
  }
  function ask(question) {
    if (!question) return;
    say("me", question);
    var known = model.suggestions.filter(function (one) { return one.question.toLowerCase() === String(question).toLowerCase(); })[0];
    setTimeout(function () { say("bot", known ? known.answer : model.fallback); }, 350);
  }
  clear(main);
  append(main, [plainTop(content), el("div", { class: "chatbox" }, log,
    el("div", { class: "chips" }, model.suggestions.map(function (one) {
      return el("button", { type: "button", class: "chip", click: function () { ask(one.question); } }, one.question);
    })),
    el("form", { class: "ask", submit: function (event) { event.preventDefault(); ask(input.value.trim()); input.value = ""; } }, input, el("button", { class: "primary", type: "submit" }, "Ask")))]);
  say("bot", model.greeting);
  return { ask: ask };
}

function drawLibrary(main, content, hooks) {
  clear(main);
  append(main, [plainTop(content), el("div", { class: "shelf" }, content.items.map(function (item) {
    return el("button", { type: "button", class: "card", "data-object": item.id, click: function () {
      if (hooks.onSelect) hooks.onSelect([{ id: item.id, docId: item.id, projectId: item.projectId, name: item.name, type: item.type, subtype: null }]);
      else hooks.onOpen(item);
    } }, el("span", { class: "kind" }, item.kind[0].toUpperCase() + item.kind.slice(1)), el("span", { class: "name" }, item.name), el("span", { class: "about" }, item.description));
  }))]);
  return {};
}

// ------------------------------------------------------------------ notices and the login form

function drawNotice(main, title, text, actions) {
  clear(main);
  append(main, el("div", { class: "notice", role: "alert" }, el("span", { class: "tag" }, "Sandbox"), el("h1", {}, title), el("p", {}, text),
    actions.map(function (action) { return el("button", { class: "primary", type: "button", click: action[1] }, action[0]); })));
}

function drawPopUp(body, text) {
  var dialog = el("dialog", { class: "popup", "aria-label": "Server error" }, el("p", {}, text || "The Library reported an error."),
    el("button", { class: "primary", type: "button", click: function () { dialog.close(); dialog.remove(); } }, "OK"));
  append(body, dialog);
  dialog.showModal();
}

/** The Library's own login form. It stays silent towards the SDK and goes to the page afterwards. */
function drawLogin(main, boot, library) {
  var name = el("input", { id: "username", name: "username", autocomplete: "username", required: true });
  var password = el("input", { id: "password", name: "password", type: "password", autocomplete: "current-password" });
  var problem = el("p", { class: "problem", role: "alert" });
  var next = boot.next || location.href;
  clear(main);
  append(main, el("form", { class: "notice", submit: function (event) {
    event.preventDefault();
    problem.textContent = "";
    library.token = null;
    library.call("POST", "/api/auth/login", { username: name.value, password: password.value, loginMode: 1, applicationType: 35 })
      .then(function (response) {
        if (response.status === 204) { location.replace(next); return; }
        problem.textContent = "The name or the password is wrong, or the account may not log in.";
      })
      .catch(function () { problem.textContent = "The Library cannot be reached."; });
  } }, el("span", { class: "tag" }, "Sandbox"), el("h1", {}, "Log in to the Library"),
    el("label", { for: "username" }, "User name"), name, el("label", { for: "password" }, "Password"), password, problem,
    el("button", { class: "primary", type: "submit" }, "Log in")));
}
`;
