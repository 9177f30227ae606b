import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { cel } from './cel.ts';
import { functions } from './expression-functions.ts';
import { kindOf } from './expression-values.ts';

/** Characters of one expression, at most. */
const MAX_LENGTH = 4000;
/** Loops (`map`, `filter`, `all`, `exists`) inside of each other, at most: each multiplies the work. */
const MAX_LOOPS = 3;
const LIMITS = { maxAstNodes: 1000, maxDepth: 60, maxListElements: 200, maxMapEntries: 200 };

/** What an expression may name, as expressions see it (`toCel`). */
export type Scope = Readonly<Record<string, unknown>>;

/** An expression that was read and checked. */
export interface Expression {
  readonly source: string;
  /** By CEL: `bool`, `string`, `dyn` when it depends on the data. */
  readonly type: string;
  /** The value, as expressions see it. */
  evaluate(scope: Scope): unknown;
}

/** What is wrong with an expression, or with what it was given. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Something that is named is not there; with another expression it would be no mistake. */
  readonly missing: boolean;

  constructor(message: string, missing = false) {
    super(message);
    this.missing = missing;
  }
}

export interface ExpressionOptions {
  /** Names of the values that are there. */
  variables: readonly string[];
  /** Members that a variable has, where they are known beforehand. */
  members?: Readonly<Record<string, { names: readonly string[]; what: string }>>;
}

/**
 * Reads an expression of CEL (https://cel.dev) and checks its names and types. Beside CEL's own functions there are
 * `functions`, and `default(a, b, …)`: the first that is there, not null and not an empty text.
 * @throws ExpressionError
 */
export function parseExpression(source: string, options: ExpressionOptions): Expression {
  if (source.trim() === '') throw new ExpressionError('the expression is empty');
  if (source.length > MAX_LENGTH) {
    throw new ExpressionError(
      `the expression has ${source.length} characters; at most ${MAX_LENGTH} are read`,
    );
  }
  const { variables } = options;
  const parsed = attempt(source, undefined, variables, () => environmentOf(variables).parse(source));
  checkShape(parsed.ast, options, 0);
  const { valid, type, error } = parsed.check();
  if (!valid) throw explained(error, source, undefined, variables);
  return {
    source,
    type: type ?? 'dyn',
    evaluate: (scope) => attempt(source, scope, variables, () => parsed({ ...scope }) as unknown),
  };
}

const environments = new Map<string, Environment>();

function environmentOf(variables: readonly string[]): Environment {
  const key = variables.join(' ');
  let made = environments.get(key);
  if (!made) {
    made = base().clone();
    for (const name of variables) made.registerVariable(name, 'dyn');
    environments.set(key, made);
  }
  return made;
}

let basis: Environment | undefined;

function base(): Environment {
  if (basis) return basis;
  const made = new (cel().Environment)({
    // Without it `{"a": 1, "b": "x"}` would be an error.
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  });
  for (const { signature, run } of functions) made.registerFunction(signature, run as never);
  for (let count = 2; count <= 6; count++) {
    const given = Array.from({ length: count }, () => 'ast').join(', ');
    made.registerFunction(`default(${given}): dyn`, firstOf as never);
  }
  // JSON does not tell 10 from 10.0, so a price may come as either; CEL by itself does not mix them.
  const mixed: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, count] of Object.entries(mixed)) {
    const run = (a: number | bigint, b: number | bigint): number => count(Number(a), Number(b));
    made.registerOperator(`int ${sign} double: double`, run);
    made.registerOperator(`double ${sign} int: double`, run);
  }
  return (basis = made);
}

interface Macro {
  args: readonly ASTNode[];
}
interface Runner {
  run(node: ASTNode, context: unknown): unknown;
}
interface Checker {
  check(node: ASTNode, context: unknown): unknown;
  getType(name: string): unknown;
}

/** `default(a, b, …)`: a member that is missing counts as not given, anything else that goes wrong does not. */
function firstOf({ args }: Macro): object {
  return {
    args,
    typeCheck(checker: Checker, macro: Macro, context: unknown) {
      for (const node of macro.args) checker.check(node, context);
      return checker.getType('dyn');
    },
    evaluate(runner: Runner, macro: Macro, context: unknown) {
      for (const node of macro.args.slice(0, -1)) {
        try {
          const value = runner.run(node, context);
          if (value !== null && value !== undefined && value !== '') return value;
        } catch (error) {
          if (!isMissing(error)) throw error;
        }
      }
      return runner.run(macro.args.at(-1) as ASTNode, context);
    },
  };
}

interface CelFailure extends Error {
  code?: string;
  summary?: string;
  node?: ASTNode;
}

function isMissing(error: unknown): boolean {
  const { code } = error as CelFailure;
  return code === 'no_such_key' || code === 'index_out_of_bounds';
}

const LOOPS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);

/** Refuses what would take too long, and members that are known not to be there. */
function checkShape(node: unknown, options: ExpressionOptions, loops: number): void {
  if (Array.isArray(node)) {
    for (const one of node) checkShape(one, options, loops);
    return;
  }
  if (typeof node !== 'object' || node === null || !('op' in node)) return;
  const { op, args } = node as ASTNode;
  let inside = loops;
  if (op === 'rcall' && LOOPS.has(args[0])) {
    inside++;
    if (inside > MAX_LOOPS) {
      throw new ExpressionError(`more than ${MAX_LOOPS} loops (${args[0]}) stand inside of each other`);
    }
  }
  if (op === '.' || op === '.?') checkMember(args[0], args[1], options);
  if ((op === '[]' || op === '[?]') && args[1].op === 'value') checkMember(args[0], args[1].args, options);
  checkShape(args, options, inside);
}

function checkMember(of: ASTNode, name: unknown, { members = {} }: ExpressionOptions): void {
  if (of.op !== 'id' || typeof name !== 'string' || !Object.hasOwn(members, of.args)) return;
  const known = members[of.args];
  if (!known || known.names.includes(name)) return;
  const there = known.names.length > 0 ? `there is ${known.names.join(', ')}` : 'there is none';
  throw new ExpressionError(`'${name}' is no ${known.what}: ${there}`);
}

function attempt<T>(
  source: string,
  scope: Scope | undefined,
  variables: readonly string[],
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    throw explained(error, source, scope, variables);
  }
}

/** The failure in a sentence: what was missing, and what there is instead. */
function explained(
  error: unknown,
  source: string,
  scope: Scope | undefined,
  variables: readonly string[],
): Error {
  if (error instanceof ExpressionError) return error;
  const { code, summary, message, node } = error as CelFailure;
  // Of the interpreter (the time is up) or of ours.
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return error as Error;
  const [first = ''] = (summary ?? message).split('\n');
  if (code === 'unknown_variable') {
    const name = /: (\S+)$/.exec(first)?.[1] ?? '';
    return new ExpressionError(`there is no '${name}': there is ${variables.join(', ')}`);
  }
  if (isMissing(error)) return new ExpressionError(absence(node, source, scope) ?? first, true);
  return new ExpressionError(plainer(first));
}

function absence(node: ASTNode | undefined, source: string, scope: Scope | undefined): string | undefined {
  if (!node || !scope || (node.op !== '.' && node.op !== '[]')) return undefined;
  const [holder, name] = node.args;
  const place = source.slice(holder.start, holder.end);
  const member = typeof name === 'string' ? `'${name}'` : `[${source.slice(name.start, name.end)}]`;
  let value: unknown;
  try {
    value = environmentOf(Object.keys(scope)).evaluate(place, { ...scope });
  } catch {
    return `there is no ${member} in ${place}`;
  }
  const isMap = typeof value === 'object' && value !== null && kindOf(value) === 'a map';
  const keys = isMap ? Object.keys(value as object) : [];
  const has = isMap
    ? keys.length > 0
      ? `which has ${keys.slice(0, 12).join(', ')}${keys.length > 12 ? ', …' : ''}`
      : 'which is empty'
    : `which is ${kindOf(value)}`;
  return `there is no ${member} in ${place}, ${has}`;
}

/** The words of CEL's specification in those of people. */
function plainer(text: string): string {
  const [, operation] = /^no such overload: (.+)$/.exec(text) ?? [];
  if (operation !== undefined)
    return `types do not go together: ${operation.replaceAll(/dyn<(\w+)>/g, '$1')}`;
  const [, call] = /^found no matching overload for '(.+)'$/.exec(text) ?? [];
  if (call !== undefined) return `there is no function ${call}`;
  return text.charAt(0).toLowerCase() + text.slice(1);
}
