/** Request bodies, with numbers that JavaScript cannot hold kept as they were written. */

/** A whole number beyond 2^53, as its digits: `JSON.stringify` writes them out again unchanged. */
interface RawNumber {
  rawJSON: string;
}

// Not in TypeScript's library yet.
const json = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
};

/** The value of a text; a plan such as `zoom_one_type` 576460752303423488 keeps all its digits. Undefined: no JSON. */
export function readJson(text: string): unknown {
  try {
    return json.parse(text, (_, value, { source }) =>
      Number.isInteger(value) &&
      !Number.isSafeInteger(value) &&
      source !== undefined &&
      /^-?\d+$/.test(source)
        ? json.rawJSON(source)
        : value,
    );
  } catch {
    // Zoom says no more either: "Request Body should be a valid JSON object."
    return undefined;
  }
}

/** The number that a JSON value is, however long it was. */
export function numberOf(value: unknown): number | undefined {
  if (json.isRawJSON(value)) return Number(value.rawJSON);
  return typeof value === 'number' ? value : undefined;
}
