import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import { problem } from './problem.ts';
import type { Position, Problem } from './problem.ts';

/** A YAML text as a tree, and what is wrong with its syntax. */
export interface Parsed {
  /** The text that the tree was made from. */
  text: string;
  document: Document.Parsed;
  problems: Problem[];
  /** Whether the tree is a guess on this line: nothing is said about its contents. */
  isDoubtful(line: number): boolean;
  positionOf(offset: number): Position;
}

/** Reads YAML; goes on after mistakes as far as the meaning of the rest is certain. */
export function parseYaml(text: string, file: string): Parsed {
  const first = parse(text);
  const errors = [...first.document.errors, ...first.document.warnings];
  const problems = describe(errors, first, file);
  const structural = errors.filter((error) => !LOCAL.has(error.code));
  if (structural.length > 0 && structural.every((error) => error.code === 'TAB_AS_INDENT')) {
    const untabbed = withoutTabs(text);
    if (untabbed) return { ...untabbed, problems };
  }
  const guessedFrom = Math.min(
    Infinity,
    ...structural.map((error) => first.positionOf(startOf(error, first.document)).line),
  );
  return { ...first, problems, isDoubtful: (line) => line >= guessedFrom };
}

type Tree = Pick<Parsed, 'text' | 'document' | 'positionOf'>;

function parse(text: string): Tree {
  const lines = new LineCounter();
  // Duplicates are found later, where both lines can be named.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return { text, document, positionOf };
}

// Errors after which the rest of the tree is still what was meant.
const LOCAL: ReadonlySet<string> = new Set([
  'BAD_SCALAR_START',
  'BAD_DQ_ESCAPE',
  'TAG_RESOLVE_FAILED',
  'BAD_ALIAS',
]);

/** What a tabbed text most likely means: each tab two spaces. Undefined when that is not YAML either. */
function withoutTabs(text: string): (Tree & Pick<Parsed, 'isDoubtful'>) | undefined {
  const grown = new Map<number, number>();
  const lines = text.split('\n').map((line, i) => {
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    grown.set(i + 1, indent.split('\t').length - 1);
    return indent.replaceAll('\t', '  ') + line.slice(indent.length);
  });
  const tree = parse(lines.join('\n'));
  if (tree.document.errors.length > 0) return undefined;
  // Beside lines with spaces, nobody knows how wide the tabs were meant to be.
  const mixed = /^ +\S/m.test(text);
  return {
    ...tree,
    isDoubtful: (line) => mixed && (grown.get(line) ?? 0) > 0,
    positionOf: (offset) => {
      const { line, column } = tree.positionOf(offset);
      return { line, column: Math.max(1, column - (grown.get(line) ?? 0)) };
    },
  };
}

// The parser's own sentences quote the text, which may be a secret: only their kind is used.
const SENTENCES: Readonly<Record<string, { expected: string; got?: string; example: string }>> = {
  TAB_AS_INDENT: {
    expected: 'spaces at the start of the line',
    got: 'a tab',
    example: 'two spaces for each level',
  },
  BAD_INDENT: {
    expected: 'the settings of one map to start in the same column, and each [ and { to be closed',
    example: 'sync: { participants: true, webinars: true }',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    expected: 'one setting on a line',
    got: 'a second colon',
    example: 'title: "Sales: EMEA"',
  },
  MULTILINE_IMPLICIT_KEY: { expected: 'a colon and a space after the name', example: 'plan: pro' },
  BAD_SCALAR_START: {
    expected: 'quotes around text that starts with this sign',
    example: 'secret_token: "@text"',
  },
  BAD_DQ_ESCAPE: { expected: 'no backslash between double quotes', example: "path: 'C:\\data'" },
  MULTIPLE_DOCS: {
    expected: 'one document',
    got: 'a second one',
    example: 'no line with --- between the settings',
  },
  TAG_RESOLVE_FAILED: { expected: 'quotes around text that starts with !', example: 'secret_token: "!text"' },
  UNCLOSED: { expected: 'a quote at the end of the text that starts here', example: 'account_id: "text"' },
  NO_COLON: { expected: 'a colon and a space after the name', example: 'plan: pro' },
};

const UNREADABLE = {
  expected: 'YAML that can be read',
  example: 'name: "text in quotes when it has signs such as { } [ ] # :"',
};

function describe(errors: readonly YAMLError[], tree: Tree, file: string): Problem[] {
  const problems: Problem[] = [];
  const lines = new Set<number>();
  for (const error of errors) {
    // What follows in the stream is the tail of the mistake before it.
    if (lines.size > 0 && error.message.includes('in YAML stream')) continue;
    const position = tree.positionOf(startOf(error, tree.document));
    if (lines.has(position.line)) continue;
    lines.add(position.line);
    problems.push(problem({ source: file, position, path: '', ...sentence(error) }));
  }
  return problems;
}

function sentence(error: YAMLError): { expected: string; got?: string; example: string } {
  if (isUnclosed(error)) return SENTENCES['UNCLOSED'] ?? UNREADABLE;
  if (error.code === 'MISSING_CHAR') return SENTENCES['NO_COLON'] ?? UNREADABLE;
  return SENTENCES[error.code] ?? UNREADABLE;
}

function isUnclosed(error: YAMLError): boolean {
  return error.code === 'MISSING_CHAR' && error.message.startsWith('Missing closing');
}

/** Where a mistake begins: for a missing quote the parser only knows where the file ended. */
function startOf(error: YAMLError, document: Document.Parsed): number {
  let start = error.pos[0];
  if (!isUnclosed(error)) return start;
  visit(document, {
    Scalar(_, node) {
      if (isScalar(node) && node.range && /QUOTE/.test(node.type ?? '') && node.range[0] <= error.pos[0]) {
        start = node.range[0];
      }
    },
  });
  return start;
}
