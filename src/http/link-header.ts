// One link of the header: its address, and what is said of it, which may hold commas and semicolons in quotes.
const LINK = /<([^<>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s";,]*))?)*)/g;
const PARAMETER = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*)))?/g;

/** Longest header that is looked at. */
const LONGEST = 16_384;

/** The query of the first address that a `link` header gives for a relation (RFC 8288); undefined when there is none. */
export function linkTo(header: string | null, relation: string): URLSearchParams | undefined {
  if (header === null || header.length > LONGEST) return undefined;
  for (const [, address = '', parameters = ''] of header.matchAll(LINK)) {
    const named = Array.from(parameters.matchAll(PARAMETER), ([, name = '', quoted, bare]) => ({
      name: name.toLowerCase(),
      value: quoted ?? bare ?? '',
    }));
    // Several relations stand in one text, in any case.
    const relations =
      named
        .find(({ name }) => name === 'rel')
        ?.value.toLowerCase()
        .split(/\s+/) ?? [];
    if (relations.includes(relation)) return new URLSearchParams(/\?([^#]*)/.exec(address)?.[1] ?? '');
  }
  return undefined;
}
