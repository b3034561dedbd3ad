/*
 * Measures explore.html of a run in Debian's chromium: when the first and the last rows are there,
 * what filters and orders take, and the heap after a collection. Times are in milliseconds.
 *   node tests/explore/measure.mjs RUN
 */
import { address, openBrowser, ready, turnTo } from "./lib.mjs";

const run = process.argv[2];
const browser = await openBrowser();
const page = await browser.newPage();
const print = (what, value) => console.log(`${what.padEnd(44)} ${value}`);

async function times() {
  const entries = await page.evaluate(() =>
    performance.getEntries().filter(({ entryType }) => /^(mark|measure)$/.test(entryType))
      .map(({ name, entryType, startTime, duration }) =>
        [name, Math.round(entryType === "mark" ? startTime : duration)]));
  return Object.fromEntries(entries);
}

async function heap() {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
  return `${Math.round((usedSize + (backingStorageSize ?? 0)) / 1e6)} MB`;
}

await page.goto(address(run));
await ready(page);
const begin = await times();
print("first rows", begin["first-rows"]);
print("all rows", begin["all-rows"]);
print("heap", await heap());
const ip = await page.textContent("#body tr th");
const network = ip.includes(":") ? `${ip}/64` : `${ip}/25`;
const name = await page.evaluate(() =>
  [...document.querySelectorAll("#body .ptr_names")].map((cell) => cell.textContent)
    .find((text) => text !== "") ?? "mail");
const party = await page.evaluate(() => document.getElementById("party").options[1]?.value ?? "");
for (const state of [
  { verdict: "no-ptr" }, { verdict: "!pass" }, { finding: "generic-name-2" }, { party },
  { receiver: "gmail" }, { prefix: network }, { text: name }, { text: name.slice(0, 8) },
  { text: "no such text" }, { text: name.slice(0, 8), in: "confirmed_names" },
  { sort: "-ip" }, { sort: "verdict" }, { sort: "ptr_names" },
]) {
  await turnTo(page, state);
  const { show, map } = await times();
  const shown = (await page.textContent("#status")).split(",  shown")[0].split(" of ")[0];
  print(`${new URLSearchParams(state)} (${shown} rows)`, `${show}, then the map ${map}`);
}
print("heap", await heap());
await browser.close();
