// Files that are larger than a request may be are cut between records, and what is refused is found at its line.
import { assert, end, test } from "./harness.js";
import { kindOf, pieces } from "../../web/pieces.js";

const texts = (...all) => pieces(...all).map(({ text }) => text);
const same = (actual, expected) => assert(JSON.stringify(actual) === JSON.stringify(expected), `${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);

await test("a small file stays in one piece", () => {
  same(pieces("a,b\n1,2\n", "csv"), [{ text: "a,b\n1,2\n", skipped: 0 }]);
  same(pieces("", "csv"), [{ text: "", skipped: 0 }]);
  same(texts("a\n1\n2", "csv"), ["a\n1\n2"]);
});
await test("each piece of CSV has the header, and knows how many lines stand before it", () => {
  same(pieces("a,b\n1,2\n3,4\n5,6\n", "csv", 12), [{ text: "a,b\n1,2\n3,4\n", skipped: 0 }, { text: "a,b\n5,6\n", skipped: 2 }]);
  same(texts("sep=;\na;b\n1;2\n3;4\n", "csv", 14), ["sep=;\na;b\n1;2\n", "sep=;\na;b\n3;4\n"]);
});
await test("a cell with line ends is not cut", () => {
  same(texts('a\n"1\n1"\n"2 ""\n"\n', "csv", 4), ['a\n"1\n1"\n', 'a\n"2 ""\n"\n']);
});
await test("characters count as what they take", () => {
  same(texts("a\n\u00e4\u00e4\n\u00e4\n", "csv", 8), ["a\n\u00e4\u00e4\n", "a\n\u00e4\n"]);
});
await test("JSON lines and vCards are cut between records", () => {
  same(texts('{"a":1}\n{"a":2}\n', "jsonl", 9), ['{"a":1}\n', '{"a":2}\n']);
  same(texts("BEGIN:VCARD\nFN:\"x\nEND:VCARD\r\nBEGIN:VCARD\nEND:VCARD\n", "vcard", 20), ["BEGIN:VCARD\nFN:\"x\nEND:VCARD\r\n", "BEGIN:VCARD\nEND:VCARD\n"]);
});
await test("a name says what a file is", () => {
  same(["a.CSV", "b.x.tsv", "c.ndjson", "d.vcf", "e.xlsx", "csv"].map(kindOf), ["csv", "csv", "jsonl", "vcard", null, null]);
});
end();
