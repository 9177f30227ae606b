/** Reads CSV the way Brevo's import does: `;` between values, `"` around values that hold one, a header line first. */
export function parseCsv(text: string): Record<string, string>[] {
  const [header, ...rows] = lines(text.replace(/^\uFEFF/, ''));
  if (!header) return [];
  const names = header.map((name) => name.trim().toUpperCase());
  return rows.map((row) => {
    const entries = names.map((name, index): [string, string] => [name, row[index] ?? '']);
    return Object.fromEntries(entries);
  });
}

function lines(text: string): string[][] {
  const result: string[][] = [];
  let row: string[] = [];
  let value = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(value);
    if (row.some((item) => item !== '')) result.push(row);
    row = [];
    value = '';
  };
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (quoted) {
      if (char !== '"') value += char;
      else if (text[index + 1] === '"') value += text.charAt(++index);
      else quoted = false;
    } else if (char === '"' && value === '') quoted = true;
    else if (char === ';') {
      row.push(value);
      value = '';
    } else if (char === '\n') endRow();
    else if (char !== '\r') value += char;
  }
  endRow();
  return result;
}
