// Opens HTML reports in headless Chromium, as a phone and as a desktop, light and dark, and on paper.
//
//   node check.mjs MAILLINT TESTDATA OUT    makes the reports into OUT, and a picture of each beside it
//
// A report must be readable without scrolling sideways, say everything to a screen reader (axe-core), and do nothing:
// what stands in a file never becomes an element, a script or a request.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "playwright-core";

const [maillint, testdata, out] = process.argv.slice(2).map((path) => resolve(path));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SCREENS = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } };
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// What a report is made of; any other element came out of a file.
const ELEMENTS =
  "html head meta title style body header main footer section article h1 h2 h3 p div span a strong code pre mark " +
  "figure figcaption ol li table thead tbody tr th td dl dt dd";

/** Files whose names and fields are markup for a browser. */
function hostileFolder() {
  const folder = join(out, "hostile-names");
  const profile = readFileSync(join(testdata, "clients/apple-profile/local-part-as-user-name/example.mobileconfig"), "utf8");
  const tags = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"><svg onload=alert(3)>",
    "<iframe srcdoc=<script>alert(4)</script>>",
    "</pre></table><base href=//x><form action=//x><input autofocus onfocus=alert(5)>",
    "javascript:alert(6)//</style><style>@import'//x';*{background:url(//x)}</style>",
    "a".repeat(220),
  ];
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  mkdirSync(folder, { recursive: true });
  tags.forEach((tag, number) => {
    const name = `${number} ${tag.replaceAll("/", "∕")}`.slice(0, 120);
    const text = profile.replaceAll("anna", escaped(tag)).replaceAll("mail.example.org", `${escaped(tag)}.example.org`);
    writeFileSync(join(folder, `${name}.mobileconfig`), text);
  });
  return folder;
}

/** What each report is of. */
const REPORTS = {
  one: ["scan", join(testdata, "clients/thunderbird/host-prefix")],
  fine: ["scan", join(testdata, "clients/outlook/2016-perfect")],
  nothing: ["scan", join(testdata, "rules")],
  customers: ["scan", "--uploads", join(testdata, "clients/becky")],
  fields: ["scan", join(testdata, "hostile")],
  names: ["scan", "--uploads", hostileFolder()],
};

const wrong = [];
const check = (is, what) => is || (wrong.push(what), console.error(`  ${what}`));

function makeReport(name, args) {
  const file = join(out, `${name}.html`);
  const { status, stderr } = spawnSync(maillint, [...args, "--output", `html=${file}`], { encoding: "utf8" });
  check(status !== null && status !== 2, `${name}: maillint ended with ${status}: ${stderr}`);
  return pathToFileURL(file).href;
}

/** Opens a report and counts what it does by itself. */
async function open(context, url, where) {
  const page = await context.newPage();
  page.on("request", (request) => check(request.url() === url, `${where}: asks for ${request.url()}`));
  page.on("dialog", async (dialog) => (check(false, `${where}: says ${dialog.message()}`), dialog.dismiss()));
  page.on("console", (message) => check(false, `${where}: ${message.text()}`));
  page.on("pageerror", (error) => check(false, `${where}: runs into ${error}`));
  await page.goto(url);
  return page;
}

async function looksRight(page, where) {
  const seen = await page.evaluate((elements) => {
    const all = [...document.querySelectorAll("*")];
    return {
      overflow: document.documentElement.scrollWidth - window.innerWidth,
      strangers: all.filter((one) => !elements.includes(one.localName)).map((one) => one.outerHTML.slice(0, 80)),
      handlers: all.flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on")),
      links: [...document.links].map((link) => link.getAttribute("href")).filter((link) => !link.startsWith("#")),
    };
  }, ELEMENTS.split(" "));
  check(seen.overflow <= 0, `${where}: ${seen.overflow} px wider than the screen`);
  check(seen.strangers.length === 0, `${where}: elements of a file: ${seen.strangers.join(" ")}`);
  check(seen.handlers.length === 0, `${where}: attributes that run: ${seen.handlers}`);
  check(seen.links.length === 0, `${where}: links that no policy gave: ${seen.links}`);
}

async function isAccessible(page, where) {
  // Through the debugger, not as an element: the page's own policy would refuse it, and shall.
  await page.evaluate(axe);
  const { violations } = await page.evaluate((values) => axe.run({ runOnly: { type: "tag", values } }), STANDARDS);
  for (const { id, help, nodes } of violations) {
    check(false, `${where}: ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")} (×${nodes.length})`);
  }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [name, args] of Object.entries(REPORTS)) {
  const url = makeReport(name, args);
  const took = Date.now();
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of ["light", "dark"]) {
      const where = `${name} ${screen} ${colorScheme}`;
      const context = await browser.newContext({ viewport, colorScheme, isMobile: screen === "phone", hasTouch: screen === "phone" });
      const page = await open(context, url, where);
      await looksRight(page, where);
      // Both widths and both schemes, once each: what axe asks of a large page takes long.
      if ((screen === "phone") === (colorScheme === "dark")) await isAccessible(page, where);
      await page.screenshot({ path: join(out, `${where.replaceAll(" ", "-")}.png`) });
      if (name === "one") await page.screenshot({ path: join(out, `${where.replaceAll(" ", "-")}-whole.png`), fullPage: true });
      if (screen === "desktop" && colorScheme === "light") {
        const pdf = await page.pdf({ path: join(out, `${name}.pdf`), format: "A4" });
        const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
        check(pages > 0 && pdf.length > 10_000, `${name}: nothing on paper`);
      }
      await context.close();
    }
  }
  console.log(`${name}: ${((Date.now() - took) / 1000).toFixed(1)} s`);
}
await browser.close();
console.log(wrong.length ? `${wrong.length} wrong` : "all right", `(pictures in ${out})`);
process.exitCode = wrong.length ? 1 : 0;
