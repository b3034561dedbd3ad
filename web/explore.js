/*
 * The script of explore.html: reads the compressed tables of the page, and shows the rows of
 * audit.csv filtered, sorted and page by page. docs/explore.md has the form of the tables.
 *
 * Names come from strangers. They enter the page as text nodes only, and only out of the tables.
 * Nothing is loaded. The page shown is a function of `state`, which the fragment of the
 * address holds.
 */
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const count = (number) => number.toLocaleString("en-US");

  /* ---- tables: from elements to blocks of columns ---- */

  const [ONE, CODES, TEXTS, ADDRESSES, NUMBERS, LIKE] = [0, 1, 2, 3, 4, 5];

  async function unpack(element) {
    const base64 = element.textContent;
    const packed = Uint8Array.fromBase64
      ? Uint8Array.fromBase64(base64)
      : Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  class Reader {
    constructor(octets) {
      this.octets = octets;
      this.at = 0;
    }
    take(length) {
      this.at += length;
      return this.octets.subarray(this.at - length, this.at);
    }
    octet() {
      return this.octets[this.at++];
    }
    value() {
      const length = this.octet() | (this.octet() << 8);
      return decoder.decode(this.take(length));
    }
  }

  function readNumbers(reader, rows) {
    const planes = [0, 1, 2, 3].map(() => reader.take(rows));
    const numbers = new Uint32Array(rows);
    let number = 0;
    for (let i = 0; i < rows; i++) {
      number += planes[0][i] | (planes[1][i] << 8) | (planes[2][i] << 16) | (planes[3][i] << 24);
      numbers[i] = number |= 0;
    }
    return numbers;
  }

  /* All cells in one string; ends[i] is where the i-th ends. */
  function readTexts(reader, rows) {
    const low = reader.take(rows);
    const high = reader.take(rows);
    const ends = new Uint32Array(rows);
    let end = 0;
    for (let i = 0; i < rows; i++) ends[i] = end += low[i] | (high[i] << 8);
    const octets = reader.take(end);
    let text = decoder.decode(octets);
    if (text.length !== end) {
      /* not only ASCII: ends are counted in characters */
      const parts = [];
      let from = 0;
      end = 0;
      for (let i = 0; i < rows; i++) {
        parts.push(decoder.decode(octets.subarray(from, ends[i])));
        from = ends[i];
        ends[i] = end += parts[i].length;
      }
      text = parts.join("");
    }
    return { text, ends, lower: text.toLowerCase() };
  }

  function readColumn(reader, rows) {
    const form = reader.octet();
    const column = { form };
    if (form === ONE || form === CODES) {
      const distinct = form === ONE ? 1 : reader.octet();
      column.values = Array.from({ length: distinct }, () => reader.value());
      column.codes = form === ONE ? null : reader.take(rows);
    } else if (form === ADDRESSES || form === NUMBERS) {
      column.numbers = readNumbers(reader, rows);
    } else {
      column.other = form === LIKE ? reader.octet() : -1;
      column.like = form === LIKE ? reader.take(rows) : null;
      Object.assign(column, readTexts(reader, rows));
    }
    return column;
  }

  async function readBlock(element) {
    const rows = Number(element.dataset.rows);
    const reader = new Reader(await unpack(element));
    const columns = [];
    for (let i = 0; i < Number(element.dataset.columns); i++) columns.push(readColumn(reader, rows));
    return { rows, columns, start: 0 };
  }

  const dotted = (n) => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;

  function cellOf(block, column, row) {
    const it = block.columns[column];
    switch (it.form) {
      case ONE:
        return it.values[0];
      case CODES:
        return it.values[it.codes[row]];
      case ADDRESSES:
        return dotted(it.numbers[row]);
      case NUMBERS:
        return String(it.numbers[row]);
      default:
        if (it.like && it.like[row]) return cellOf(block, it.other, row);
        return it.text.slice(row > 0 ? it.ends[row - 1] : 0, it.ends[row]);
    }
  }

  const elementsOf = (table) => [...document.querySelectorAll(`script[data-table="${table}"]`)];

  /* A small table as an array of rows. */
  async function readTable(table) {
    const rows = [];
    for (const element of elementsOf(table)) {
      const block = await readBlock(element);
      for (let i = 0; i < block.rows; i++)
        rows.push(block.columns.map((_, column) => cellOf(block, column, i)));
    }
    return rows;
  }

  /* Cells are as in audit.csv (RFC 4180). */
  const plain = (cell) => (cell[0] === '"' ? cell.slice(1, -1).replaceAll('""', '"') : cell);

  /* ---- addresses ---- */

  /* The eight groups of an IPv6 address; null: not one. */
  function groupsOf(text) {
    const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
    if (tail) {
      const [a, b, c, d] = tail.slice(2).map(Number);
      if (Math.max(a, b, c, d) > 255) return null;
      text = tail[1] + ((a << 8) | b).toString(16) + ":" + ((c << 8) | d).toString(16);
    }
    const halves = text.split("::");
    if (halves.length > 2 || !/^[0-9a-f:]+$/i.test(text)) return null;
    const [head, rest] = halves.map((half) => (half === "" ? [] : half.split(":")));
    const missing = 8 - head.length - (rest ? rest.length : 0);
    if (rest ? missing < 1 : missing !== 0) return null;
    const groups = rest ? [...head, ...Array(missing).fill("0"), ...rest] : head;
    if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
    return groups.map((group) => parseInt(group, 16));
  }

  /* null: not an IPv4 address. */
  function numberOf(text) {
    const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
    if (!parts || parts.slice(1).some((part) => Number(part) > 255)) return null;
    return parts.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
  }

  /* {v4, bits} or {groups, bits}; null: no address or prefix. */
  function prefixOf(text) {
    const [address, length, more] = text.trim().split("/");
    const v4 = numberOf(address);
    const groups = v4 === null ? groupsOf(address) : null;
    const most = v4 === null ? 128 : 32;
    const bits = length === undefined ? most : Number(length);
    const good = length === undefined || (/^\d{1,3}$/.test(length) && bits <= most);
    if ((v4 === null && !groups) || more !== undefined || !good) return null;
    return { v4, groups, bits };
  }

  const sameBits = (a, b, bits) => bits === 0 || (a ^ b) >>> (32 - bits) === 0;

  function sameGroups(keys, row, groups, bits) {
    for (let i = 0; bits > 0; i++, bits -= 16) {
      const differ = keys[row * 8 + i] ^ groups[i];
      if (bits >= 16 ? differ !== 0 : differ >>> (16 - bits) !== 0) return false;
    }
    return true;
  }

  /* The shortest form (RFC 5952 4). */
  function groupsText(groups) {
    let [best, length] = [-1, 1];
    for (let i = 0; i < 8; i++) {
      let zeros = 0;
      while (i + zeros < 8 && groups[i + zeros] === 0) zeros++;
      if (zeros > length) [best, length] = [i, zeros];
    }
    const hex = groups.map((group) => group.toString(16));
    if (best < 0) return hex.join(":");
    return `${hex.slice(0, best).join(":")}::${hex.slice(best + length).join(":")}`;
  }

  /* Adds what filters, the order and the map need of the addresses of a block: v4, and six, the
   * groups of IPv6 addresses; is6 says which of them a row has. null: there are none. */
  function readAddresses(block) {
    const column = block.columns[IP];
    block.v4 = column.numbers ?? null;
    block.is6 = block.six = null;
    if (block.v4) return;
    block.v4 = new Uint32Array(block.rows);
    for (let i = 0; i < block.rows; i++) {
      const text = cellOf(block, IP, i);
      const v4 = numberOf(text);
      block.v4[i] = v4 ?? 0;
      if (v4 !== null) continue;
      block.six ??= new Uint16Array(block.rows * 8);
      block.is6 ??= new Uint8Array(block.rows);
      block.six.set(groupsOf(text) ?? Array(8).fill(0), i * 8);
      block.is6[i] = 1;
    }
  }

  /* ---- what the page holds ---- */

  let IP, VERDICT, FINDINGS, RECEIVERS, ZONES;
  let names = []; /* of the columns in audit.csv */
  const blocks = [];
  let total = 0; /* rows */
  let facts, notices, verdicts, findings, receivers, parties;
  const partyOfZone = new Map();
  let partyKeys; /* a name for each party that no other has */
  let severities; /* of verdicts */
  let whole = false; /* all blocks are read */

  const blockOf = (row) => {
    let [low, high] = [0, blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (blocks[middle].start <= row) low = middle;
      else high = middle - 1;
    }
    return blocks[low];
  };

  /* The parties of a cell of `zones`. */
  const partyMemo = new Map();
  function partiesOf(zones) {
    if (zones === "") return [];
    let found = partyMemo.get(zones);
    if (!found) {
      found = [...new Set(zones.split(";").map((zone) => partyOfZone.get(zone)))];
      if (partyMemo.size < 100000) partyMemo.set(zones, found);
    }
    return found;
  }
  const partyText = (zones) => partiesOf(zones).map((party) => parties[party][0]).join("; ");

  function shown(block, column, row) {
    const cell = cellOf(block, column, row);
    return column === ZONES ? partyText(cell) : plain(cell);
  }

  /* ---- state, and the fragment ---- */

  const DEFAULTS = {
    verdict: "", finding: "", party: "", receiver: "", prefix: "", text: "", in: "", sort: "",
    page: "1", size: "100",
    columns: "ip,verdict,ptr_names,expected_hostname,findings,party,fix_record,safe_after",
  };
  const FILTERS = ["verdict", "finding", "party", "receiver", "prefix", "text", "in"];
  let state = { ...DEFAULTS };
  let fragment = "";

  function readFragment() {
    const given = new URLSearchParams(location.hash.slice(1));
    state = { ...DEFAULTS };
    for (const key of Object.keys(DEFAULTS)) if (given.has(key)) state[key] = given.get(key);
    fragment = location.hash;
  }

  function writeFragment() {
    const changed = new URLSearchParams();
    for (const [key, value] of Object.entries(state))
      if (value !== DEFAULTS[key]) changed.set(key, value);
    const text = changed.toString().replaceAll("%2C", ",").replaceAll("%2F", "/")
      .replaceAll("%3A", ":");
    fragment = text === "" && location.hash === "" ? "" : `#${text}`;
    if (fragment !== location.hash) location.replace(fragment === "" ? "#" : fragment);
  }

  /* ---- filters ---- */

  /* Clears the rows of `mask` whose cell does not suit. */
  function keepCells(block, column, mask, suits) {
    const it = block.columns[column];
    if (it.form === ONE) {
      if (!suits(it.values[0])) mask.fill(0);
    } else if (it.form === CODES) {
      const good = it.values.map((value) => (suits(value) ? 1 : 0));
      for (let i = 0; i < block.rows; i++) mask[i] &= good[it.codes[i]];
    } else {
      for (let i = 0; i < block.rows; i++)
        if (mask[i] && !suits(cellOf(block, column, i))) mask[i] = 0;
    }
  }

  function keepPrefix(block, mask, prefix) {
    for (let i = 0; i < block.rows; i++) {
      const six = block.is6 !== null && block.is6[i] === 1;
      if (six !== (prefix.v4 === null)) mask[i] = 0;
      else if (six) mask[i] &= sameGroups(block.six, i, prefix.groups, prefix.bits) ? 1 : 0;
      else mask[i] &= sameBits(block.v4[i], prefix.v4, prefix.bits) ? 1 : 0;
    }
  }

  /* Marks the rows whose cell holds the text, in lower case. A match that crosses the border of two
   * cells does not count. */
  function markTexts(block, it, text, hits) {
    if (it.lower.length !== it.text.length) {
      for (let i = 0; i < block.rows; i++)
        if (it.text.slice(i > 0 ? it.ends[i - 1] : 0, it.ends[i]).toLowerCase().includes(text))
          hits[i] = 1;
      return;
    }
    let at = it.lower.indexOf(text);
    let row = 0;
    while (at >= 0) {
      let [low, high] = [row, block.rows - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (it.ends[middle] > at) high = middle;
        else low = middle + 1;
      }
      row = low;
      const inside = at + text.length <= it.ends[row];
      if (inside) hits[row] = 1;
      at = it.lower.indexOf(text, inside ? it.ends[row] : at + 1);
    }
  }

  /* Neighbours share all but the last part of an address. */
  function markAddresses(block, it, text, hits) {
    if (!/^[0-9.]+$/.test(text)) return;
    let network = -1;
    let head = "";
    let all = false;
    for (let i = 0; i < block.rows; i++) {
      const number = it.numbers[i];
      if (number >>> 8 !== network) {
        network = number >>> 8;
        head = dotted(number).replace(/\d+$/, "");
        all = head.includes(text);
      }
      if (all || (head + (number & 255)).includes(text)) hits[i] = 1;
    }
  }

  function markColumn(block, column, text, hits, alone) {
    const it = block.columns[column];
    const words = column === ZONES ? partyText : plain;
    const holds = (value) => words(value).toLowerCase().includes(text);
    if (it.form === ONE) {
      if (holds(it.values[0])) hits.fill(1);
    } else if (it.form === CODES) {
      const good = it.values.map((value) => (holds(value) ? 1 : 0));
      if (good.includes(1)) for (let i = 0; i < block.rows; i++) hits[i] |= good[it.codes[i]];
    } else if (it.form === ADDRESSES) {
      markAddresses(block, it, text, hits);
    } else if (it.form === NUMBERS || column === ZONES) {
      if (column === ZONES || /^\d+$/.test(text))
        for (let i = 0; i < block.rows; i++)
          if (holds(cellOf(block, column, i))) hits[i] = 1;
    } else {
      markTexts(block, it, text.replaceAll('"', '""'), hits);
      if (it.like && alone) {
        const others = new Uint8Array(block.rows);
        markColumn(block, it.other, text, others, true);
        for (let i = 0; i < block.rows; i++) hits[i] |= it.like[i] & others[i];
      }
    }
  }

  function keepText(block, mask, text, only) {
    const hits = new Uint8Array(block.rows);
    if (only >= 0) markColumn(block, only, text, hits, true);
    else for (let i = 0; i < block.columns.length; i++) markColumn(block, i, text, hits, false);
    for (let i = 0; i < block.rows; i++) mask[i] &= hits[i];
  }

  const columnOf = (name) => (name === "party" ? ZONES : names.indexOf(name));

  /* What the state asks for, ready to use on each block. */
  function stepsOf() {
    const steps = [];
    const holds = (value) => (cell) => plain(cell).split(";").includes(value);
    if (state.verdict === "!pass")
      steps.push((block, mask) => keepCells(block, VERDICT, mask, (cell) => cell !== "pass"));
    else if (state.verdict)
      steps.push((block, mask) => keepCells(block, VERDICT, mask, (cell) => cell === state.verdict));
    if (state.finding)
      steps.push((block, mask) => keepCells(block, FINDINGS, mask, holds(state.finding)));
    if (state.party) {
      const suits = (cell) => partiesOf(cell).some((party) => partyKeys[party] === state.party);
      steps.push((block, mask) => keepCells(block, ZONES, mask, suits));
    }
    if (state.receiver) {
      const suits = (cell) => plain(cell).split(";").some((v) => v.startsWith(`${state.receiver}=`));
      steps.push((block, mask) => keepCells(block, RECEIVERS, mask, suits));
    }
    const prefix = state.prefix ? prefixOf(state.prefix) : null;
    if (prefix) steps.push((block, mask) => keepPrefix(block, mask, prefix));
    if (state.text) {
      const text = state.text.toLowerCase();
      const only = state.in ? columnOf(state.in) : -1;
      steps.push((block, mask) => keepText(block, mask, text, only));
    }
    return steps;
  }

  function filterRows() {
    const steps = stepsOf();
    const kept = new Uint32Array(total);
    let used = 0;
    for (const block of blocks) {
      const mask = new Uint8Array(block.rows).fill(1);
      for (const step of steps) step(block, mask);
      for (let i = 0; i < block.rows; i++) if (mask[i]) kept[used++] = block.start + i;
    }
    return kept.subarray(0, used);
  }

  /* ---- order ---- */

  /* Stable, by 16 bits that `key` gives for each row. */
  function sortPass(rows, key) {
    const places = new Uint32Array(65537);
    const keys = new Uint16Array(rows.length);
    for (let i = 0; i < rows.length; i++) places[(keys[i] = key(rows[i])) + 1]++;
    for (let i = 0; i < 65536; i++) places[i + 1] += places[i];
    const sorted = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) sorted[places[keys[i]]++] = rows[i];
    return sorted;
  }

  /* Calls `give(block, row in block)` for all rows of the page, once. */
  function spread(type, give) {
    const all = new type(total);
    for (const block of blocks)
      for (let i = 0; i < block.rows; i++) all[block.start + i] = give(block, i);
    return all;
  }

  function sortNumbers(rows, numbers) {
    rows = sortPass(rows, (row) => numbers[row] & 0xffff);
    return sortPass(rows, (row) => numbers[row] >>> 16);
  }

  function sortAddresses(rows) {
    rows = sortNumbers(rows, spread(Uint32Array, (block, i) => block.v4[i]));
    if (blocks.every((block) => !block.six)) return rows;
    for (let group = 7; group >= 0; group--) {
      const part = spread(Uint16Array, (block, i) => (block.six ? block.six[i * 8 + group] : 0));
      rows = sortPass(rows, (row) => part[row]);
    }
    const is6 = spread(Uint8Array, (block, i) => (block.is6 ? block.is6[i] : 0));
    return sortPass(rows, (row) => is6[row]);
  }

  /* Where all blocks have codes, only their values are compared. null: some have not. */
  function ranksOf(column) {
    if (blocks.some((block) => !block.columns[column].values)) return null;
    const words = column === ZONES ? partyText : plain;
    const texts = new Set(blocks.flatMap((block) => block.columns[column].values.map(words)));
    if (texts.size > 65536) return null;
    const ranks = new Map([...texts].sort().map((text, rank) => [text, rank]));
    return spread(Uint16Array, (block, i) => {
      const it = block.columns[column];
      it.ranks ??= Uint16Array.from(it.values, (value) => ranks.get(words(value)));
      return it.ranks[it.codes ? it.codes[i] : 0];
    });
  }

  function sortTexts(rows, column) {
    const rank = ranksOf(column);
    if (rank) return sortPass(rows, (row) => rank[row]);
    const texts = Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const block = blockOf(rows[i]);
      texts[i] = shown(block, column, rows[i] - block.start);
    }
    const order = new Uint32Array(rows.length).map((_, i) => i);
    const compare = (a, b) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : a - b);
    return order.sort(compare).map((i) => rows[i]);
  }

  const NUMERIC = ["line", "tries", "elapsed_ms"];

  function sortRows(rows) {
    const down = state.sort.startsWith("-");
    const name = down ? state.sort.slice(1) : state.sort;
    const column = columnOf(name);
    if (name === "" || column < 0) return rows;
    let sorted;
    if (column === IP) sorted = sortAddresses(rows);
    else if (NUMERIC.includes(name))
      sorted = sortNumbers(rows, spread(Uint32Array, (block, i) => Number(cellOf(block, column, i))));
    else sorted = sortTexts(rows, column);
    return down ? sorted.reverse() : sorted;
  }

  /* ---- table ---- */

  let matching = new Uint32Array(0); /* the rows that the filters leave, in the order shown */

  const chosen = () => state.columns.split(",").filter((name) => columnOf(name) >= 0);
  const pageSize = () => Math.min(Math.max(parseInt(state.size, 10) || 100, 1), 1000);
  const pageCount = () => Math.max(1, Math.ceil(matching.length / pageSize()));
  const pageNumber = () => Math.min(Math.max(parseInt(state.page, 10) || 1, 1), pageCount());

  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  function showHead() {
    const head = chosen().map((name) => {
      const cell = make("th");
      const button = make("button", name.replaceAll("_", " "));
      const [up, down] = [state.sort === name, state.sort === `-${name}`];
      cell.scope = "col";
      if (up || down) cell.setAttribute("aria-sort", up ? "ascending" : "descending");
      button.type = "button";
      button.dataset.sort = up ? `-${name}` : down ? "" : name;
      button.dataset.name = name;
      cell.append(button);
      return cell;
    });
    byId("head").replaceChildren(...head);
  }

  const LONG = /[^\s;-]{40}/;

  /* A line may end after a value of a list. */
  function addText(element, text) {
    const values = text.split(/(?<=;)/);
    values.forEach((value, i) => element.append(...(i > 0 ? [make("wbr"), value] : [value])));
  }

  const SHORT = ["line", "ip", "iprev", "verdict", "safe_after", "tries", "elapsed_ms", "checked_at"];

  function showBody() {
    const size = pageSize();
    const from = (pageNumber() - 1) * size;
    const columns = chosen().map((name) => [name, columnOf(name)]);
    const body = [];
    for (const row of matching.subarray(from, from + size)) {
      const block = blockOf(row);
      const line = make("tr");
      for (const [name, column] of columns) {
        const text = shown(block, column, row - block.start);
        const cell = make(name === "ip" ? "th" : "td", undefined, name);
        addText(cell, text);
        if (name === "ip") cell.scope = "row";
        if (SHORT.includes(name)) cell.classList.add("short");
        if (LONG.test(text)) cell.classList.add("long");
        if (name === "verdict") cell.classList.add(severities.get(text) ?? "info");
        line.append(cell);
      }
      body.push(line);
    }
    byId("body").replaceChildren(...body);
  }

  function showPages() {
    const [page, pages] = [pageNumber(), pageCount()];
    byId("page").value = String(page);
    byId("pages").textContent = `of ${count(pages)}`;
    byId("first").disabled = byId("previous").disabled = page === 1;
    byId("next").disabled = byId("last").disabled = page === pages;
  }

  function showStatus() {
    const from = (pageNumber() - 1) * pageSize();
    const to = Math.min(from + pageSize(), matching.length);
    const which = matching.length > 0 ? `, shown ${count(from + 1)} to ${count(to)}` : "";
    byId("status").textContent = whole
      ? `${count(matching.length)} of ${count(total)} rows${which}`
      : `Reading the rows: ${count(total)} so far …`;
    const set = [...FILTERS, "sort"].filter((key) => state[key] !== DEFAULTS[key]);
    byId("filter-words").textContent = set.map((key) => `${key}: ${state[key]}`).join(", ");
    byId("download").disabled = !whole;
  }

  function showTable() {
    showHead();
    showBody();
    showPages();
    showStatus();
  }

  /* ---- map ---- */

  const CELLS_MAX = 1024;
  const LEVELS4 = [32, 28, 24, 20, 16, 12, 8];
  const LEVELS6 = [128, 64, 56, 48, 40, 32, 24, 16];

  /* The rows of a block whose verdict suits. */
  function maskOf(block, name, suits) {
    if (!block[name]) {
      block[name] = new Uint8Array(block.rows).fill(1);
      keepCells(block, VERDICT, block[name], suits);
    }
    return block[name];
  }

  const isPublic = (block) => maskOf(block, "public", (cell) => cell !== "not-public");
  const isBad = (block) =>
    maskOf(block, "bad", (cell) => cell !== "pass" && cell !== "not-public");

  /* rows: those of public addresses */
  function addTo(cells, key, bad, rows) {
    const cell = cells.get(key);
    if (cell) {
      cell.rows += rows;
      cell.bad += bad;
    } else cells.set(key, { rows, bad });
  }

  /* The cells of one family: keys are numbers (IPv4) or hexadecimal digits (IPv6). */
  function cellsOf(six, bits) {
    const cells = new Map();
    let [block, end, lastKey, rows, bad] = [null, 0, null, 0, 0];
    for (const row of matching) {
      if (!block || row >= end || row < block.start) {
        block = blockOf(row);
        end = block.start + block.rows;
      }
      const i = row - block.start;
      if ((block.is6 !== null && block.is6[i] === 1) !== six) continue;
      const key = six ? key6(block.six, i, bits) : Math.floor(block.v4[i] / 2 ** (32 - bits));
      if (key !== lastKey) {
        if (lastKey !== null) addTo(cells, lastKey, bad, rows);
        [lastKey, rows, bad] = [key, 0, 0];
      }
      rows += isPublic(block)[i];
      bad += isBad(block)[i];
    }
    if (lastKey !== null) addTo(cells, lastKey, bad, rows);
    return cells;
  }

  function key6(six, row, bits) {
    let key = "";
    for (let i = 0; i < 8 && i * 16 < bits; i++)
      key += (six[row * 8 + i] | 0x10000).toString(16).slice(1);
    return key.slice(0, bits / 4);
  }

  function fold(cells, six, by) {
    const folded = new Map();
    for (const [key, { rows, bad }] of cells)
      addTo(folded, six ? key.slice(0, key.length - by / 4) : Math.floor(key / 2 ** by), bad, rows);
    return folded;
  }

  function prefixText(key, six, bits) {
    if (!six) return dotted(key * 2 ** (32 - bits)) + (bits === 32 ? "" : `/${bits}`);
    const groups = key.padEnd(32, "0").match(/.{4}/g).map((group) => parseInt(group, 16));
    return groupsText(groups) + (bits === 128 ? "" : `/${bits}`);
  }

  /* The finest level with few cells: single addresses only inside of what a cell covers. */
  function levelOf(six) {
    const prefix = state.prefix ? prefixOf(state.prefix) : null;
    const inside = prefix && (prefix.v4 === null) === six && prefix.bits >= (six ? 64 : 24);
    const levels = (six ? LEVELS6 : LEVELS4).filter((bits) => inside || bits <= (six ? 64 : 24));
    let bits = levels[0];
    let cells = cellsOf(six, bits);
    for (const next of levels.slice(1)) {
      if (cells.size <= CELLS_MAX) break;
      cells = fold(cells, six, bits - next);
      bits = next;
    }
    return [...cells].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, cell]) => ({ ...cell, prefix: prefixText(key, six, bits), bits }));
  }

  const shareClass = ({ rows, bad }) =>
    rows === 0 ? "inside" : bad === 0 ? "s0" : bad === rows ? "s4"
      : bad * 4 <= rows ? "s1" : bad * 4 <= rows * 3 ? "s2" : "s3";

  /* Without the rows that pass there are no shares. */
  function cellWords({ prefix, rows, bad }) {
    if (rows === 0) return `${prefix}: not public`;
    if (facts.get("all") === "no")
      return `${prefix}: ${count(bad)} ${bad === 1 ? "does" : "do"} not pass`;
    return `${prefix}: ${count(bad)} of ${count(rows)} do not pass`;
  }

  function showMap() {
    if (!byId("map-box").open || !whole) return;
    const cells = [...levelOf(false), ...levelOf(true)];
    const size = ({ bits }) => (bits === 32 || bits === 128 ? "address" : `/${bits}`);
    const sizes = [...new Set(cells.map(size))].join(" or ");
    const buttons = cells.map((cell, i) => {
      const button = make("button", undefined, `cell ${shareClass(cell)}`);
      const words = cellWords(cell);
      button.type = "button";
      button.title = words;
      button.setAttribute("aria-label", words);
      button.dataset.prefix = cell.prefix;
      button.tabIndex = i === 0 ? 0 : -1;
      return button;
    });
    byId("map").replaceChildren(...buttons);
    byId("map-words").textContent = cells.length === 0 ? "No rows."
      : `The rows below, a cell for each ${sizes} in them. A cell that is chosen becomes the prefix.` +
        (facts.get("all") === "no"
          ? " Addresses that pass are not in this page, so no cell shows a share." : "");
    byId("map-key").hidden = facts.get("all") === "no";
    byId("map-not-public").hidden = cells.every(({ rows }) => rows > 0);
  }

  function moveOnMap(event) {
    const cells = [...byId("map").children];
    const at = cells.indexOf(document.activeElement);
    const across = Math.max(1, cells.findIndex((cell) => cell.offsetTop > cells[0].offsetTop));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? cells.length - 1 : at + step;
    if (at < 0 || !(to >= 0 && to < cells.length)) return;
    event.preventDefault();
    cells[at].tabIndex = -1;
    cells[to].tabIndex = 0;
    cells[to].focus();
  }

  /* ---- controls ---- */

  function fillSelect(id, first, options) {
    const elements = [["", first], ...options].map(([value, text]) => {
      const option = make("option", text);
      option.value = value;
      return option;
    });
    byId(id).replaceChildren(...elements);
  }

  /* A link may name what this run does not have: it stays visible. */
  function choose(id, value) {
    const select = byId(id);
    if (![...select.options].some((option) => option.value === value)) {
      const option = make("option", `${value} (not here)`);
      option.value = value;
      select.append(option);
    }
    select.value = value;
  }

  function showControls() {
    for (const id of ["verdict", "finding", "party", "receiver", "in", "size"])
      choose(id, state[id]);
    for (const id of ["prefix", "text"])
      if (document.activeElement !== byId(id)) byId(id).value = state[id];
    const bad = state.prefix !== "" && !prefixOf(state.prefix);
    byId("prefix").setAttribute("aria-invalid", String(bad));
    byId("prefix-fault").textContent = bad
      ? "Not an address or prefix, such as 198.51.100.0/25 or 2001:db8::/32: it does not filter." : "";
    for (const box of byId("columns").querySelectorAll("input"))
      box.checked = chosen().includes(box.value);
  }

  const PARTIES_MAX = 1000; /* to choose from, the largest */

  function fillControls() {
    const keys = (rows) => rows.map(([key]) => [key, key]);
    const titles = parties.map(([name, who, n], i) =>
      [partyKeys[i], `${name} (${who}, ${count(Number(n))})`]);
    const all = [...names, "party"].map((name) => [name, name.replaceAll("_", " ")]);
    fillSelect("verdict", "any", [["!pass", "all but pass"], ...keys(verdicts)]);
    fillSelect("finding", "any", keys(findings));
    fillSelect("party", "any", titles.slice(0, PARTIES_MAX));
    if (titles.length > PARTIES_MAX) {
      const rest = make("option", `${count(titles.length - PARTIES_MAX)} more: text in party`);
      rest.disabled = true;
      byId("party").append(rest);
    }
    fillSelect("receiver", "any", receivers);
    fillSelect("in", "any column", all);
    for (const [name, text] of all) {
      const box = make("input");
      const label = make("label");
      box.type = "checkbox";
      box.value = name;
      label.append(box, text);
      byId("columns").append(label);
    }
  }

  function showFacts() {
    const notice = (text) => byId("notices").append(make("p", text, "notice"));
    const fact = (key) => facts.get(key);
    const [held, fits] = [Number(fact("held")), Number(fact("candidates"))];
    document.title = `Every address: ${fact("headline")}`;
    byId("headline").textContent = `${fact("state")}: ${fact("headline")}`;
    byId("written").textContent = `${fact("program")}, ${fact("written").replace(/[TZ]/g, " ")}UTC`;
    if (fact("all") === "no")
      notice(`This page does not hold every address: it has the ${count(fits)} that do not pass, ` +
        `of ${count(Number(fact("addresses")))}. ${fact("csv")} has all of them.`);
    if (held < fits)
      notice(`This page holds the first ${count(held)} of ${count(fits)} rows: browsers have no ` +
        `memory for more. ${fact("csv")} has all of them.`);
    for (const [text] of notices) notice(text);
  }

  /* ---- CSV ---- */

  /* The octets of audit.csv: cells are kept in the form they have there. */
  function csvBlob() {
    const lines = (text) => `${text}\r\n`;
    const parts = [lines(names.join(","))];
    let part = [];
    for (const row of matching) {
      const block = blockOf(row);
      part.push(names.map((_, column) => cellOf(block, column, row - block.start)).join(","));
      if (part.length === 10000) {
        parts.push(new Blob([part.map(lines).join("")]));
        part = [];
      }
    }
    return new Blob([...parts, part.map(lines).join("")], { type: "text/csv" });
  }

  function download() {
    const link = make("a");
    link.href = URL.createObjectURL(csvBlob());
    link.download = "rows.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /* ---- what happens ---- */

  let mapTimer = 0;

  /* Shows what the state says. */
  function show() {
    const begun = performance.now();
    showControls();
    if (whole) matching = sortRows(filterRows());
    showTable();
    performance.measure("show", { start: begun });
    clearTimeout(mapTimer);
    mapTimer = setTimeout(() => {
      const start = performance.now();
      showMap();
      performance.measure("map", { start });
      if (whole) document.documentElement.dataset.state = "ready";
    }, 50);
  }

  const MANY = 100000; /* rows: with more, the page says first that it works */

  /* Changes the state; another filter or order begins with its first page. */
  function change(changes, then = () => {}) {
    document.documentElement.dataset.state = "busy";
    state = { ...state, page: "1", ...changes };
    writeFragment();
    if (total <= MANY) {
      show();
      then();
      return;
    }
    byId("status").textContent = "Looking through the rows …";
    setTimeout(() => {
      show();
      then();
    }, 20);
  }

  function turnTo(page) {
    state.page = String(page);
    writeFragment();
    showTable();
    byId("scroll").scrollTop = 0;
  }

  function listen() {
    const on = (id, event, run) => byId(id).addEventListener(event, run);
    let typing = 0;
    for (const id of ["verdict", "finding", "party", "receiver", "in", "size"])
      on(id, "change", () => change({ [id]: byId(id).value }));
    for (const id of ["prefix", "text"])
      on(id, "input", () => {
        clearTimeout(typing);
        typing = setTimeout(() => change({ [id]: byId(id).value.trim() }), 200);
      });
    on("filters", "submit", (event) => event.preventDefault());
    on("filters", "reset", (event) => {
      event.preventDefault();
      clearTimeout(typing);
      byId("prefix").value = byId("text").value = "";
      change(Object.fromEntries(FILTERS.map((key) => [key, DEFAULTS[key]])));
    });
    on("columns", "change", () => {
      const boxes = [...byId("columns").querySelectorAll("input:checked")];
      state.columns = boxes.map((box) => box.value).join(",");
      writeFragment();
      showTable();
    });
    on("head", "click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const { name, sort } = button.dataset;
      change({ sort }, () =>
        byId("head").querySelector(`[data-name="${CSS.escape(name)}"]`)?.focus());
    });
    on("map", "click", (event) => {
      const cell = event.target.closest("button");
      if (!cell) return;
      byId("prefix").value = cell.dataset.prefix;
      change({ prefix: cell.dataset.prefix });
    });
    on("map", "keydown", moveOnMap);
    on("map-box", "toggle", () => showMap());
    on("download", "click", download);
    on("first", "click", () => turnTo(1));
    on("previous", "click", () => turnTo(pageNumber() - 1));
    on("next", "click", () => turnTo(pageNumber() + 1));
    on("last", "click", () => turnTo(pageCount()));
    on("page", "change", () => turnTo(parseInt(byId("page").value, 10) || 1));
    window.addEventListener("hashchange", () => {
      if (location.hash === fragment) return;
      readFragment();
      byId("prefix").value = state.prefix;
      byId("text").value = state.text;
      show();
    });
  }

  async function readSmallTables() {
    names = (await readTable("columns"))[0].slice(0, -1);
    facts = new Map(await readTable("facts"));
    notices = await readTable("notices");
    verdicts = await readTable("verdicts");
    findings = await readTable("findings");
    receivers = await readTable("receivers");
    parties = await readTable("parties");
    for (const [zone, party] of await readTable("zones")) partyOfZone.set(zone, Number(party));
    severities = new Map(verdicts);
    const used = new Set();
    partyKeys = parties.map(([name, who], i) => {
      const key = [name, `${name}, ${who}`, `${name}, ${who}, ${i + 1}`].find((k) => !used.has(k));
      used.add(key);
      return key;
    });
    IP = names.indexOf("ip");
    VERDICT = names.indexOf("verdict");
    FINDINGS = names.indexOf("findings");
    RECEIVERS = names.indexOf("receivers");
    ZONES = names.length;
  }

  async function start() {
    await readSmallTables();
    readFragment();
    showFacts();
    fillControls();
    listen();
    for (const element of elementsOf("rows")) {
      const block = await readBlock(element);
      readAddresses(block);
      block.start = total;
      total += block.rows;
      blocks.push(block);
      if (blocks.length === 1) {
        /* something to read at once, if nothing is filtered or sorted */
        const first = stepsOf().length === 0 && state.sort === "" && state.page === "1";
        if (first) matching = new Uint32Array(Math.min(total, pageSize())).map((_, i) => i);
        show();
        performance.mark("first-rows");
      } else if (blocks.length % 8 === 0) showStatus();
    }
    whole = true;
    performance.mark("all-rows");
    show();
  }

  start().catch((fault) => {
    byId("status").textContent = `This browser cannot read the rows: ${fault.message}`;
    document.documentElement.dataset.state = "failed";
    throw fault;
  });
})();
