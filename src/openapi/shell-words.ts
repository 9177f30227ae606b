/** A word of a command line, or why it cannot be read. */
export interface ShellWords {
  words: string[];
  /** What of the shell was met that is not carried out, such as `$TOKEN`. */
  notes: string[];
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', e: '\u001B', f: '\f', v: '\v', '0': '\0' }; // prettier-ignore

/**
 * A command line in words, as a POSIX shell splits it: quotes of all kinds (`'…'`, `"…"`, `$'…'`), backslashes, lines
 * that go on; and the `^` of the Windows prompt, as browsers copy commands for it. Nothing is filled in or carried out.
 */
export function shellWords(command: string): ShellWords {
  const text = fromWindows(command);
  const words: string[] = [];
  const notes = new Set<string>();
  let word: string | undefined;
  let i = 0;
  const variable = (): void => {
    const name = /^\$(?:\{[^}]*\}|\([^)]*\)|[A-Za-z_]\w*)/.exec(text.slice(i))?.[0];
    if (name !== undefined)
      notes.add(`${name} is taken as it stands: variables and commands of the shell are not filled in`);
  };
  while (i < text.length) {
    const char = text[i] as string;
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      i += 1;
    } else if (char === '#' && word === undefined) {
      while (i < text.length && text[i] !== '\n') i += 1;
    } else if (char === '\\') {
      const next = text[i + 1];
      i += next === '\r' && text[i + 2] === '\n' ? 3 : 2;
      if (next !== '\n' && next !== '\r') word = (word ?? '') + (next ?? '\\');
    } else if (char === "'" || (char === '$' && text[i + 1] === "'")) {
      const dollar = char === '$';
      const [value, end] = dollar ? ansi(text, i + 2) : plain(text, i + 1);
      if (end > text.length) notes.add('a quote is not closed');
      word = (word ?? '') + value;
      i = end;
    } else if (char === '"') {
      word ??= '';
      i += 1;
      while (i < text.length && text[i] !== '"') {
        if (text[i] === '$') variable();
        if (text[i] === '\\' && /["\\$`\n]/.test(text[i + 1] ?? '')) {
          i += 1;
          if (text[i] !== '\n') word += text[i];
        } else word += text[i];
        i += 1;
      }
      if (i >= text.length) notes.add('a quote is not closed');
      i += 1;
    } else if (/[;|&<>]/.test(char) && word === undefined) {
      notes.add(`what follows '${char}' is another command and is left out`);
      break;
    } else {
      if (char === '$') variable();
      // An address that nobody quoted: the shell would cut it here, its author did not mean that.
      word = (word ?? '') + char;
      i += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return { words, notes: [...notes] };
}

function plain(text: string, start: number): [string, number] {
  const end = text.indexOf("'", start);
  return end === -1 ? [text.slice(start), text.length + 1] : [text.slice(start, end), end + 1];
}

/** `$'…'` of bash, with escapes as C has them. */
function ansi(text: string, start: number): [string, number] {
  let value = '';
  let i = start;
  while (i < text.length && text[i] !== "'") {
    if (text[i] !== '\\') {
      value += text[i];
      i += 1;
      continue;
    }
    const code = /^\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3}))/.exec(
      text.slice(i, i + 10),
    );
    const hex = code?.[1] ?? code?.[2] ?? code?.[3];
    const number = hex === undefined ? Number.parseInt(code?.[4] ?? '', 8) : Number.parseInt(hex, 16);
    if (code && number <= 0x10ffff) {
      value += String.fromCodePoint(number);
      i += code[0].length;
    } else {
      const next = text[i + 1] ?? '';
      value += ESCAPES[next] ?? next;
      i += 2;
    }
  }
  return [value, i < text.length ? i + 1 : text.length + 1];
}

/** The prompt of Windows escapes with `^`, also the end of a line. */
function fromWindows(command: string): string {
  if (!/\^\s*\r?\n|\^"/.test(command) || /\\\r?\n/.test(command)) return command;
  return command
    .replaceAll(/\^\r?\n/g, ' ')
    .replaceAll('^\\^"', '\\"')
    .replaceAll(/\^(.)/g, '$1');
}
