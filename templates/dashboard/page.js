// Shows what `hearth dashboard --web` sends: a picture of the rack with every look. Nothing is fetched from elsewhere, and
// text from hosts becomes text, never markup.
"use strict";

let picture = null;
const byId = (id) => document.getElementById(id);

// make(NAME, CLASS, CHILDREN...): an element; strings become text.
function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const now = () => Date.now() / 1000;

function age(time) {
  const seconds = Math.max(0, Math.round(now() - time));
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

function bytes(value) {
  for (const unit of ["B", "kB", "MB"]) {
    if (value < 1000) return `${unit === "B" ? value : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} GB`;
}

const micro = (value) => (value < 100 ? `${value} µs` : `${(value / 1000).toFixed(1)} ms`);
const known = (value) => value !== null && value !== undefined;
const words = { failed: "failed", working: "is being worked on", warned: "to look at", good: "well" };

function show(next) {
  picture = next;
  document.title = `${next.cluster} – hearth`;
  byId("cluster").replaceChildren(next.cluster, " ", make("small", "", next.server ? `Kubernetes ${next.server}` : "no API server answers"));
  showVerdict();
  showProblems();
  showFacts();
  fill(byId("hosts"), next.hosts.map(hostCard));
  showPower();
  list("warnings", next.warnings.map((text) => make("li", "", text)));
  list("events", next.events.slice(0, 12).map(eventLine));
  tick();
  openHost();
}

function list(id, items) {
  byId(id).hidden = items.length === 0;
  fill(byId(id).querySelector("ul"), items);
}

// fill(PARENT, ITEMS): only what is another than before is replaced, so that the keyboard's place, a selection and what is
// read aloud stay where they are.
function fill(parent, items) {
  items.forEach((item, index) => {
    const old = parent.children[index];
    if (!old) { parent.append(item); return; }
    if (old.isEqualNode(item)) return;
    const hasFocus = old.contains(document.activeElement);
    old.replaceWith(item);
    if (hasFocus) item.querySelector("button")?.focus({ preventScroll: true });
  });
  while (parent.children.length > items.length) parent.lastElementChild.remove();
}

function showVerdict() {
  const count = picture.hosts.length;
  const failed = picture.hosts.filter((host) => host.standing === "failed").length;
  const doubted = picture.hosts.filter((host) => host.standing === "working" || host.standing === "warned").length;
  const [className, text] =
    failed > 0 ? ["failed", `${failed} of ${count} hosts failed`]
    : picture.problems.length > 0 ? ["failed", "something is wrong"]
    : doubted > 0 ? ["warned", `${doubted} of ${count} hosts to look at`]
    : ["good", `all ${count} hosts are well`];
  const verdict = byId("verdict");
  // Said again only when it is another.
  if (verdict.textContent !== text) verdict.textContent = text;
  verdict.className = className;
  byId("way").hidden = !picture.onItsWay;
  byId("way").textContent = picture.onItsWay || "";
}

function problemLine(problem, place) {
  return make("li", "", make("strong", "", `${place}${problem.title}`), `: ${problem.detail}`,
    problem.hint ? make("div", "", problem.hint) : null,
    problem.command ? make("div", "", make("code", "", problem.command)) : null);
}

function showProblems() {
  const items = picture.problems.map((problem) => problemLine(problem, ""));
  for (const host of picture.hosts) {
    for (const problem of host.problems) items.push(problemLine(problem, `${host.name}: `));
  }
  list("problems", items);
}

function fact(name, value, detail, className) {
  return make("div", "", make("dt", "", name),
    make("dd", "", value, detail ? make("small", className || "", detail) : null));
}

function showFacts() {
  const facts = [];
  const { pods, power } = picture;
  if (pods) {
    const wasm = pods.webAssembly > 0 ? `, ${pods.webAssembly} WebAssembly` : "";
    facts.push(fact("Pods", `${pods.total}`, pods.missing > 0 ? `${pods.missing} not ready${wasm}` : `all ready${wasm}`,
      pods.missing > 0 ? "warned" : ""));
  }
  const stores = picture.hosts.map((host) => host.etcd).filter((etcd) => etcd && known(etcd.bytes));
  const store = stores.find((etcd) => etcd.isLeader) || stores[0];
  if (store) facts.push(fact("etcd", bytes(store.bytes), known(store.writeMicroseconds) ? `${micro(store.writeMicroseconds)} a write` : ""));
  const days = picture.hosts.map((host) => host.certificateDays).filter(known);
  if (days.length > 0) {
    const isEnding = picture.hosts.some((host) => host.hasEndingCertificate);
    facts.push(fact("Certificates", `${Math.min(...days)} d`, isEnding ? "not renewed" : "renewed by themselves", isEnding ? "warned" : ""));
  }
  facts.push(known(picture.backup)
    ? fact("Newest backup", `${age(picture.backup)} ago`, now() - picture.backup > 172800 ? "make one: hearth backup" : "", "warned")
    : fact("Newest backup", "–", "none is known", "warned"));
  if (power && known(power.watts)) {
    const part = power.isModelled ? "by the model" : power.isWhole ? "by meters" : "of what is metered";
    facts.push(fact("Power", `${power.watts.toFixed(1)} W`, part));
    if (known(power.electricityPerHour)) {
      facts.push(fact("An hour costs", `${power.currency} ${power.electricityPerHour.toFixed(4)}`,
        known(power.totalPerHour) ? `${power.currency} ${power.totalPerHour.toFixed(4)} all in` : "electricity"));
    }
  }
  fill(byId("facts"), facts);
}

// gauge(NAME, SHARE, TEXT, ISHIGH): three cells of the grid; the bar says nothing that the text does not.
function gauge(name, share, text, isHigh) {
  const fill = make("span", isHigh ? "fill high" : "fill");
  fill.style.width = `${Math.max(0, Math.min(100, share * 100))}%`;
  const track = make("span", "track", fill);
  track.setAttribute("aria-hidden", "true");
  return [make("span", "soft", name), track, make("span", "value", text)];
}

function gauges(host) {
  const cells = [];
  if (known(host.load)) cells.push(...gauge("load", host.load / 2, host.load.toFixed(2), host.load >= 2));
  if (known(host.memoryPercent)) cells.push(...gauge("memory", host.memoryPercent / 100, `${host.memoryPercent} %`, host.memoryPercent >= 95));
  if (known(host.temperature)) cells.push(...gauge("heat", host.temperature / 90, `${Math.round(host.temperature)} °C`, host.temperature >= 80));
  if (known(host.diskPercent)) cells.push(...gauge("disk", host.diskPercent / 100, `${host.diskPercent} %`, host.diskPercent >= 85));
  return cells;
}

function chips(host) {
  const chips = [];
  if (host.pods) chips.push(make("span", host.pods.missing > 0 ? "warned" : "", `${host.pods.total} ${host.pods.total === 1 ? "pod" : "pods"}` + (host.pods.missing > 0 ? `, ${host.pods.missing} not ready` : "")));
  if (host.etcd) chips.push(make("span", host.etcd.isHealthy ? "" : "failed", host.etcd.isHealthy ? (host.etcd.isLeader ? "etcd leader" : "etcd") : "etcd unwell"));
  if (host.webAssembly) chips.push(make("span", host.webAssembly.works ? "" : "failed", host.webAssembly.works ? "WebAssembly" : "WebAssembly failed"));
  if (host.hasEndpoint) chips.push(make("span", "", "virtual address"));
  if (known(host.watts)) chips.push(make("span", "", `${host.watts.toFixed(1)} W`));
  if (known(host.certificateDays)) chips.push(make("span", host.hasEndingCertificate ? "warned" : "", `certificates ${host.certificateDays} d`));
  return chips;
}

function hostCard(host) {
  const problem = host.problems[0];
  const note = problem ? `${problem.title}: ${problem.detail}` : host.notes[0];
  const cells = gauges(host), marks = chips(host);
  const button = make("button", "host",
    make("span", "top", make("span", "name", host.name), host.slot ? make("span", "slot", `slot ${host.slot}`) : null,
      make("span", `state ${host.standing}`, host.state)),
    make("div", "roles", host.roles.join(", ")),
    note ? make("div", `note-line ${host.standing}`, note) : null,
    cells.length > 0 ? make("div", "gauges", ...cells) : null, marks.length > 0 ? make("div", "chips", ...marks) : null);
  button.setAttribute("aria-label", `${host.name}, ${host.state}, ${words[host.standing]}; details`);
  button.addEventListener("click", () => {
    location.hash = encodeURIComponent(host.name);
    openHost();
  });
  return make("li", host.standing, button);
}

function eventLine(event) {
  const time = make("time", "", age(Date.parse(event.time) / 1000));
  time.dateTime = event.time;
  const count = event.count > 1 ? ` ×${event.count}` : "";
  return make("li", "event", time, make("span", event.isWarning ? "warned" : "", `${event.reason}${count}`),
    make("span", "what", `${event.object}: ${event.message}`));
}

// MARK: Charts

const SVG = "http://www.w3.org/2000/svg";

function draw(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

// A round number that is at least the value.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value) || value;
}

// chart(ID, BARS, SECONDS of a bar, [LEAST, MOST] seconds that are shown, VALUE of a bar, UNIT, LEAST of the scale, ...)
function chart(id, bars, seconds, [shortest, longest], value, unit, least, label, dayText) {
  const figure = byId(id);
  figure.querySelector("svg")?.remove();
  figure.hidden = bars.length === 0;
  if (bars.length === 0) return;
  // As large as there is room for, in units that text has everywhere.
  const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const [width, height, left, bottom, top] = [Math.max(240, (figure.clientWidth - 30 * scale) / scale), 190, 44, 22, 8];
  const starts = bars.map((bar) => bar.start), end = Math.max(...starts) + seconds;
  const span = Math.min(longest, Math.max(shortest, end - Math.min(...starts))), begin = end - span;
  const most = ceiling(Math.max(least, ...bars.map(value)));
  const x = (time) => left + ((time - begin) / span) * (width - left);
  const y = (amount) => height - bottom - (amount / most) * (height - bottom - top);
  const values = bars.map(value), mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const svg = draw(figure, "svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `${label}: from ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)} ${unit}, mean ${mean.toFixed(2)} ${unit}`,
  });
  for (const share of [0, 0.5, 1]) {
    const line = y(most * share);
    draw(svg, "line", { class: "grid", x1: left, x2: width, y1: line, y2: line });
    draw(svg, "text", { x: left - 6, y: line + 4, "text-anchor": "end" }, `${+(most * share).toPrecision(3)}`);
  }
  for (const bar of bars) {
    const place = x(bar.start), wide = Math.max(0.8, x(bar.start + seconds) - place - (seconds > 3600 ? 1 : 0.4));
    const rect = draw(svg, "rect", { class: "bar", x: place, y: y(value(bar)), width: wide, height: Math.max(0, height - bottom - y(value(bar))) });
    const cost = known(bar.cost) ? `, ${picture.power.currency} ${bar.cost.toFixed(4)}` : "";
    draw(rect, "title", {}, `${new Date(bar.start * 1000).toLocaleString()}: ${value(bar).toFixed(2)} ${unit}${cost}`);
  }
  const marks = width < 420 ? 4 : 7, step = span / marks, first = begin + step / 2;
  for (let index = 0; index < marks; index += 1) {
    const time = first + index * step;
    draw(svg, "text", { x: x(time), y: height - 6, "text-anchor": "middle" }, dayText(new Date(time * 1000)));
  }
}

function showPower() {
  const { power } = picture;
  const hours = power ? power.hours : [], days = power ? power.days : [];
  byId("power").hidden = hours.length + days.length === 0;
  const time = (day) => day.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const date = (options) => (day) => day.toLocaleDateString(undefined, options);
  byId("hours").querySelector("figcaption").textContent = "Watts, the mean of each hour, last 7 days";
  chart("hours", hours, 3600, [86400, 7 * 86400], (bar) => bar.watts, "W", 1, "Power in the last 7 days", hours.length > 0 && hours.at(-1).start - hours[0].start < 2 * 86400 ? time : date({ weekday: "short", day: "numeric" }));
  const cost = days.filter((bar) => known(bar.cost)).reduce((sum, bar) => sum + bar.cost, 0);
  byId("days").querySelector("figcaption").textContent = `Kilowatt-hours a day, last 90 days${cost > 0 ? `: ${power.currency} ${cost.toFixed(2)} of electricity` : ""}`;
  chart("days", days, 86400, [14 * 86400, 90 * 86400], (bar) => bar.kilowattHours, "kWh", 0.01, "Energy a day in the last 90 days", date({ month: "short", day: "numeric" }));
}

addEventListener("resize", () => { if (picture) showPower(); });

// MARK: One host

function section(title, items) {
  return items.length > 0 ? [make("h3", "", title), make("ul", "", ...items)] : [];
}

function openHost() {
  const dialog = byId("host");
  let name = "";
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* somebody's own hash */ }
  const host = picture && picture.hosts.find((each) => each.name === name);
  if (!host) { if (dialog.open) dialog.close(); return; }
  byId("host-name").replaceChildren(host.name, " ", make("span", host.standing, host.state));
  const rows = [
    ["address", host.address], ["slot", host.slot], ["roles", host.roles.join(", ")], ["board", host.model],
    ["load", known(host.load) ? `${host.load.toFixed(2)} for each of ${host.cpus || 1} processors` : null],
    ["memory", known(host.memoryPercent) ? `${host.memoryPercent} %` + (known(host.memoryBytes) ? ` of ${bytes(host.memoryBytes)}` : "") : null],
    ["temperature", known(host.temperature) ? `${host.temperature.toFixed(1)} °C` : null],
    ["throttling", host.throttling.join(", ")],
    ["disk", known(host.diskPercent) ? `${host.diskPercent} %` + (known(host.diskBytes) ? ` of ${bytes(host.diskBytes)}` : "") : null],
    ["disk wear", known(host.diskWearPercent) ? `about ${host.diskWearPercent} % of its planned life` : null],
    ["power", known(host.watts) ? `${host.watts.toFixed(1)} W` : null],
    ["pods", host.pods ? `${host.pods.total}, ${host.pods.missing} not ready, ${host.pods.webAssembly} WebAssembly` : null],
    ["WebAssembly", host.webAssembly ? `${host.webAssembly.backend}, ${host.webAssembly.version}, self-test ${host.webAssembly.works ? "passed" : "failed"}` : null],
    ["etcd", host.etcd ? [host.etcd.isHealthy ? (host.etcd.isLeader ? "leader" : "member") : "unwell", known(host.etcd.bytes) ? bytes(host.etcd.bytes) : null,
      known(host.etcd.writeMicroseconds) ? `${micro(host.etcd.writeMicroseconds)} a write` : null].filter(known).join(", ") : null],
    ["backup", known(host.backup) ? `${age(host.backup)} ago` : null], ["up for", known(host.booted) ? age(host.booted) : null],
    ["kubelet", host.kubelet], ["runtime", host.runtime], ["kernel", host.kernel], ["system", host.system], ["pod CIDR", host.podCIDR],
  ].filter(([, text]) => text);
  fill(byId("host-body"), [
    ...host.notes.map((note) => make("p", "warned", note)), ...section("Problems", host.problems.map((problem) => problemLine(problem, ""))),
    make("dl", "", ...rows.flatMap(([title, text]) => [make("dt", "", title), make("dd", "", text)])),
    ...section("Units", host.units.map((unit) => make("li", "", make("span", unit.isUp ? "good" : "failed", unit.isUp ? "✓ " : "✗ "), unit.name, make("span", "soft", `  ${unit.state}`)))),
    ...section("Certificates", host.certificates.map((each) => make("li", "", `${each.daysLeft < 0 ? "expired" : `${each.daysLeft} d`}  `, make("code", "soft", each.path)))),
    ...section("Events", picture.events.filter((event) => event.object.endsWith(` ${host.name}`) || event.object.endsWith(`/${host.name}`)).map(eventLine)),
    ...section("Go on with", ["logs kubelet --limit", "logs host --limit", "node locate", "node drain"]
      .map((words) => make("li", "", make("code", "", `hearth ${words} ${host.name}`)))),
  ]);
  if (!dialog.open) dialog.showModal();
}

byId("host").addEventListener("close", () => {
  if (location.hash && !byId("host").open) history.replaceState(null, "", location.pathname);
});
byId("host").addEventListener("click", (event) => { if (event.target === byId("host")) byId("host").close(); });
addEventListener("hashchange", openHost);

// MARK: News

function tick() {
  if (picture) byId("seen").textContent = `seen ${age(picture.time)} ago`;
}

function listen() {
  const news = new EventSource("events");
  news.addEventListener("message", (event) => {
    byId("lost").hidden = true;
    show(JSON.parse(event.data));
  });
  news.addEventListener("open", () => { byId("lost").hidden = true; });
  news.addEventListener("error", () => {
    byId("lost").hidden = false;
    // After an answer that is not a stream, such as when too many look, a browser does not try again by itself.
    if (news.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
}

listen();
setInterval(tick, 1000);
