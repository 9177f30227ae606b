/** A text that one mistake was taken out of, on as many lines as before. */
export interface Mended {
  text: string;
  /** What was done, after the sentence on what is wrong. */
  said: string;
}

/** Deeper than any line of a document: within quotes, indentation means nothing. */
const DEEP = ' '.repeat(200);

/**
 * Takes the mistake on a line out of a YAML text, so that the rest can be read: a quote that is closed left of its
 * block, as PyYAML accepts it, is moved to the right; else the path that the line belongs to is left out.
 * @param line of the mistake, from 1
 * @returns undefined where nothing can be done
 */
export function mendYaml(text: string, line: number): Mended | undefined {
  const lines = text.split('\n');
  // Noticed where the text ends that is not closed, which may be an empty line above.
  const closing = lines.findIndex(
    (one, i) => i >= line - 1 && i <= line + 1 && /^ {0,100}['"]\s*$/.test(one),
  );
  if (closing !== -1) {
    // Who writes one so writes them all so; and at the very left, it is within nothing else.
    for (const [i, one] of lines.entries()) {
      if (i === closing || /^['"]\s*$/.test(one)) lines[i] = DEEP + one.trim();
    }
    return {
      text: lines.join('\n'),
      said: '; this and others like it are read as if they stood further right',
    };
  }
  const paths = lines.findLastIndex((one, i) => i < line && /^paths\s*:/.test(one));
  const first = lines.findIndex((one, i) => i > paths && /^ +[^\s#]/.test(one));
  if (paths === -1 || first === -1) return undefined;
  const depth = indentOf(lines[first] as string);
  // A mistake that is noticed at the beginning of a path may be one of the path before.
  const start = lines.findLastIndex((one, i) => i < line && i > paths && indentOf(one) === depth);
  if (start === -1 || lines.slice(start, line).some((one) => indentOf(one) < depth)) return undefined;
  const next = lines.findIndex((one, i) => i >= Math.max(line, start + 1) && indentOf(one) <= depth);
  const end = next === -1 ? lines.length : next;
  const name = (lines[start] as string).trim().replace(/:$/, '').slice(0, 100);
  lines.fill('', start, end);
  return { text: lines.join('\n'), said: `; the path ${name} is left out` };
}

/** Blanks before a line; endless for one without anything, which belongs to whatever stands around it. */
function indentOf(line: string): number {
  const at = line.search(/\S/);
  return at === -1 || line[at] === '#' ? Infinity : at;
}
