import type { Value } from '../../core/destination.ts';
import { storableJson } from '../json-text.ts';

// Where the texts of rows are put together, one row after the other: the text of a whole page, in pieces that V8 keeps
// apart until the end, survives collections of garbage and doubles their cost.
const room = Buffer.allocUnsafeSlow(256 * 1024);

/** The first row of a batch: the others have as many digits. */
const FIRST = 1_000_000_000;

/** What a CopyData message of the protocol begins with: its letter, and its length without the letter. */
const HEAD = 5;

/** A message of the protocol. */
export type Data = Buffer<ArrayBuffer>;

const COPY_SPECIAL = /[\\\n\r\t\0]/;
const COPY_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  // PostgreSQL has no NUL in a text. Half of a surrogate pair, which it has not either, becomes the same in UTF-8.
  '\0': '\uFFFD',
};
const ARRAY_SPECIAL = /["\\\0]/;
const ARRAY_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\0': '\uFFFD' };

/**
 * Rows in the text format of COPY, with a number of their order before them, as CopyData messages of the protocol.
 * https://www.postgresql.org/docs/current/sql-copy.html
 * @param json says of each column whether it is `jsonb`
 * @param batch rows of a higher one come later
 */
export function copyData(rows: readonly (readonly Value[])[], json: readonly boolean[], batch = 0): Data[] {
  const { places, before, after } = columnTexts(rows, json);
  const messages: Data[] = [];
  let end = 0;
  const flush = (): void => {
    if (end > 0) messages.push(message(end, (data) => room.copy(data, HEAD, 0, end)));
    end = 0;
  };
  for (const [at, row] of rows.entries()) {
    // The numbers are those of the batch before: V8 keeps the texts of numbers, and a new one for each row piles up.
    let text = `${batch}${FIRST + at}`;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      const value = row[place];
      text += before[i];
      text += typeof value === 'string' && !COPY_SPECIAL.test(value) ? value : cellText(value, json[place]);
    }
    text += after;
    // In UTF-8 it has up to three times as many bytes.
    if (end + 3 * text.length > room.length) flush();
    if (3 * text.length <= room.length) end += room.write(text, end);
    else messages.push(message(Buffer.byteLength(text), (data) => data.write(text, HEAD)));
  }
  flush();
  return messages;
}

function message(length: number, fill: (data: Data) => void): Data {
  // Memory of its own, so that it can be given back.
  const data = Buffer.allocUnsafeSlow(HEAD + length);
  data.write('d');
  data.writeUInt32BE(length + HEAD - 1, 1);
  fill(data);
  return data;
}

/**
 * Which columns have to be looked at in each row, and what stands before each of them and after the last one. Of the rows
 * of a page, half of the columns all have the same value, and their text is made once.
 */
function columnTexts(rows: readonly (readonly Value[])[], json: readonly boolean[]) {
  const places: number[] = [];
  const before: string[] = [];
  let text = '\t';
  for (const [place, isJson] of json.entries()) {
    const value = rows[0]?.[place];
    if (rows.every((row) => row[place] === value)) {
      text += `${cellText(value, isJson)}\t`;
      continue;
    }
    places.push(place);
    before.push(text);
    text = '\t';
  }
  return { places, before, after: `${text.slice(0, -1)}\n` };
}

function cellText(value: Value | undefined, json: boolean | undefined): string {
  if (value === null || value === undefined) return '\\N';
  return typeof value === 'string' && COPY_SPECIAL.test(value) ? copyEscape(value, json) : String(value);
}

function copyEscape(value: string, json: boolean | undefined): string {
  const text = json === true ? storableJson(value, 'replace') : value;
  return text.replaceAll(/[\\\n\r\t\0]/g, (character) => COPY_ESCAPES[character] ?? character);
}

/** Each column of the rows as the text of an array. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
export function arrayTexts(rows: readonly (readonly Value[])[], json: readonly boolean[]): string[] {
  return json.map((isJson, i) => {
    let text = '{';
    for (const row of rows) {
      if (text.length > 1) text += ',';
      const value = row[i];
      if (value === null || value === undefined) text += 'NULL';
      else text += `"${typeof value === 'string' ? arrayEscape(value, isJson) : value}"`;
    }
    return `${text}}`;
  });
}

function arrayEscape(value: string, json: boolean): string {
  if (!ARRAY_SPECIAL.test(value)) return value;
  const text = json ? storableJson(value, 'replace') : value;
  return text.replaceAll(/["\\\0]/g, (character) => ARRAY_ESCAPES[character] ?? character);
}
