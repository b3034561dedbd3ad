/* What the programs of make check-web share: the packages, and the browser. */
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/* The packages are installed below build/, so that the clone stays clean. */
export const load = createRequire(join(resolve("build/explore-tests"), "package.json"));

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);

/* Debian's browser, without any network. */
export async function openBrowser() {
  if (!CHROMIUM) throw new Error("chromium is missing: tests/setup/install test");
  const { chromium } = load("playwright-core");
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
      "--no-first-run", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND",
    ],
  });
}

export const address = (run, state = {}) =>
  `file://${resolve(run)}/explore.html#${new URLSearchParams(state)}`;

export async function ready(page) {
  await page.waitForSelector("html[data-state=ready], html[data-state=failed]",
    { timeout: 120000 });
  if (await page.isVisible("html[data-state=failed]"))
    throw new Error(await page.textContent("#status"));
}

/* Shows another state in the open page. */
export async function turnTo(page, state) {
  await page.evaluate((fragment) => {
    if (location.hash.slice(1) === fragment) return;
    performance.clearMeasures();
    document.documentElement.dataset.state = "busy";
    location.hash = fragment;
  }, String(new URLSearchParams(state)));
  await ready(page);
}
