/*
 * explore.html as a person uses it, in Debian's chromium: the download compared octet by octet with
 * audit.csv, keyboard, map, links, print, narrow screens, and axe-core's findings.
 *   node tests/explore/web.mjs RUN...      run directories
 */
import { readFileSync } from "node:fs";
import { address, load, openBrowser, ready, turnTo } from "./lib.mjs";

let passed = 0;
let failed = 0;
function check(good, name, why = "") {
  if (good) passed++;
  else failed++;
  console.log(good ? "ok" : "not ok", name, good ? "" : JSON.stringify(why));
}

const status = (page) => page.textContent("#status");

/* The lines of audit.csv with their CR LF; a quoted cell may hold one. */
const linesOf = (run) =>
  readFileSync(`${run}/audit.csv`, "latin1").match(/(?:"(?:[^"]|"")*"|[^"\r])*\r\n/g);

async function downloaded(page) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("#download")]);
  return readFileSync(await file.path(), "latin1");
}

async function checkDownloads(page, run, name) {
  const [head, ...rows] = linesOf(run);
  const verdict = (row) => row.split(",")[4];
  const states = [
    [{}, () => true],
    [{ verdict: "no-ptr" }, (row) => verdict(row) === "no-ptr"],
    [{ verdict: "!pass" }, (row) => verdict(row) !== "pass"],
    [{ text: "no such text" }, () => false],
  ];
  for (const [state, suits] of states) {
    await turnTo(page, state);
    const wanted = head + rows.filter(suits).join("");
    check(await downloaded(page) === wanted, `${name}: download of ${JSON.stringify(state)}`);
  }
  await turnTo(page, { sort: "-ip" });
  const sorted = (await downloaded(page)).match(/(?:"(?:[^"]|"")*"|[^"\r])*\r\n/g);
  check(sorted[0] === head && sorted.length === rows.length + 1 &&
    sorted.slice(1).sort().join("") === [...rows].sort().join(""), `${name}: download in order`);
}

async function checkAxe(page, name) {
  await page.evaluate(readFileSync(load.resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate(async () =>
    (await window.axe.run()).violations.map(({ id, impact, nodes }) =>
      [impact, id, nodes.slice(0, 3).map(({ html }) => html)]));
  const serious = found.filter(([impact]) => impact === "serious" || impact === "critical");
  check(serious.length === 0, `${name}: axe-core finds nothing serious`, serious);
}

async function checkKeyboard(page, name) {
  await turnTo(page, {});
  const all = await status(page);
  await page.focus("#map .cell");
  await page.keyboard.press("ArrowRight");
  const label = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("Enter");
  await ready(page);
  await page.waitForFunction((before) => document.getElementById("status").textContent !== before,
    all);
  const prefix = await page.inputValue("#prefix");
  check(label.startsWith(`${prefix}: `), `${name}: a cell of the map becomes the prefix`, label);
  check(page.url().includes(`prefix=${prefix}`), `${name}: the fragment has it`, page.url());
  const rows = Number(/ of ([0-9,]+) do not pass/.exec(label)[1].replaceAll(",", ""));
  check((await status(page)).startsWith(`${rows.toLocaleString("en-US")} of `),
    `${name}: and its rows are shown`, await status(page));
  await page.reload();
  await ready(page);
  check(await page.inputValue("#prefix") === prefix, `${name}: a link shows the same`);
  await page.focus("#head [data-name=verdict]");
  await page.keyboard.press("Enter");
  await ready(page);
  const order = await page.getAttribute("#head th:has([data-name=verdict])", "aria-sort");
  const focused = await page.evaluate(() => document.activeElement.dataset.name);
  check(order === "ascending" && focused === "verdict", `${name}: a head sorts by keyboard`,
    [order, focused]);
  await page.focus("#filters [type=reset]");
  await page.keyboard.press("Enter");
  await ready(page);
  check((await status(page)).split(",")[0] === all.split(",")[0], `${name}: all rows again`);
}

async function checkTyping(page, name) {
  await page.fill("#prefix", "198.51.100.0/33");
  await page.waitForSelector("#prefix[aria-invalid=true]");
  check((await page.textContent("#prefix-fault")) !== "", `${name}: a wrong prefix is explained`);
  await page.fill("#prefix", "");
  await page.waitForSelector("#prefix[aria-invalid=false]");
  await page.click("#columns-box summary");
  await page.uncheck("#columns [value=party]");
  await page.check("#columns [value=line]");
  const heads = await page.locator("#head [data-name]").allTextContents();
  check(heads.includes("line") && !heads.includes("party"), `${name}: columns are chosen`, heads);
}

async function checkPages(page, name) {
  await turnTo(page, { size: "25" });
  const first = await page.textContent("#body tr:last-child");
  if (await page.isEnabled("#next")) {
    await page.click("#next");
    check(await page.inputValue("#page") === "2", `${name}: the next page`);
    check(await page.textContent("#body tr:last-child") !== first, `${name}: has other rows`);
    await page.click("#last");
    check(await page.isDisabled("#next"), `${name}: the last page`);
  }
}

async function checkLooks(page, name) {
  await turnTo(page, {});
  await checkAxe(page, `${name}, light`);
  await page.emulateMedia({ colorScheme: "dark" });
  await checkAxe(page, `${name}, dark`);
  await page.setViewportSize({ width: 360, height: 800 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  check(width <= 360, `${name}: 360 pixels are enough`, width);
  await checkAxe(page, `${name}, narrow`);
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  check(await page.isHidden("#filters") && await page.isVisible("#body tr"),
    `${name}: paper has the rows without the controls`);
  await page.setViewportSize({ width: 1039, height: 710 }); /* A4 without its margins */
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  const table = await page.evaluate(() =>
    document.querySelector("table").getBoundingClientRect().right);
  check(wide <= 1039 && table <= 1039, `${name}: nothing is wider than the paper`, [wide, table]);
  await page.emulateMedia({ media: "screen" });
}

const browser = await openBrowser();
for (const run of process.argv.slice(2)) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const faults = [];
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("dialog", (dialog) => faults.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!/^(file|blob):/.test(request.url())) faults.push(request.url());
  });
  await page.goto(address(run));
  await ready(page);
  const name = run.split("/").at(-1);
  await checkDownloads(page, run, name);
  await checkKeyboard(page, name);
  await checkTyping(page, name);
  await checkPages(page, name);
  await checkLooks(page, name);
  check(faults.length === 0, `${name}: no error, dialog or request`, faults);
  await page.close();
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
