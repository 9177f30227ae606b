import type { BodySpec, Definition, OperationSpec, ParameterSpec } from './definition.ts';
import { diffSchemas, type Defs, type SchemaChange } from './diff-schema.ts';
import { keysOf, type NamedOperation } from './overlay.ts';
import { same } from './pointer.ts';

/** One difference between two definitions. */
export interface Change {
  kind: 'added' | 'removed' | 'changed';
  /** What worked before may fail now. */
  breaking: boolean;
  /** Full name of the action, as it is called in the newer definition that has it; undefined for the definition itself. */
  action?: string;
  /** Method and path. */
  operation?: string;
  /** Where in the operation, or in the definition. */
  pointer: string;
  message: string;
}

export interface DefinitionDiff {
  changes: Change[];
  added: number;
  removed: number;
  /** Operations that are in both and differ. */
  changed: number;
  breaking: number;
}

/** How two definitions differ, operation by operation, and which of it breaks who uses them. */
export function diffDefinitions(before: Definition, after: Definition): DefinitionDiff {
  const changes: Change[] = [...diffWhole(before, after)];
  const [left, right] = [keysOf(before), keysOf(after)];
  const defs = { before: before.$defs, after: after.$defs };
  const moved = movedOperations(left, right);
  let [added, removed, changed] = [0, 0, 0];
  for (const [key, { name, operation }] of left) {
    const target = right.get(key);
    const to = moved.get(key);
    if (to !== undefined) {
      changed++;
      const message = `moved from ${operation.method} ${operation.path} to ${to.operation.method} ${to.operation.path}`;
      const place = { action: name, operation: key };
      changes.push({ ...place, kind: 'changed', breaking: true, pointer: '/path', message });
      changes.push(...diffOperations(operation, to.operation, defs).map((one) => ({ ...one, ...place })));
    } else if (!target) {
      removed++;
      const message = `${operation.title} is gone`;
      changes.push({ kind: 'removed', breaking: true, action: name, operation: key, pointer: '', message });
    } else {
      const found = diffOperations(operation, target.operation, defs);
      if (target.name !== name) {
        const message = `is called ${target.name} now, was ${name}`;
        found.unshift({ kind: 'changed', breaking: true, pointer: '', message });
      }
      if (found.length > 0) changed++;
      changes.push(...found.map((one) => ({ ...one, action: target.name, operation: key })));
    }
  }
  const arrived = new Set([...moved.values()].map(({ name }) => name));
  for (const [key, { name, operation }] of right) {
    if (left.has(key) || arrived.has(name)) continue;
    added++;
    const message = operation.title;
    changes.push({ kind: 'added', breaking: false, action: name, operation: key, pointer: '', message });
  }
  return { changes, added, removed, changed, breaking: changes.filter((one) => one.breaking).length };
}

/** Operations that keep their name and stand elsewhere now. */
function movedOperations(
  left: ReadonlyMap<string, NamedOperation>,
  right: ReadonlyMap<string, NamedOperation>,
): Map<string, NamedOperation> {
  const fresh = new Map([...right].filter(([key]) => !left.has(key)).map(([, one]) => [one.name, one]));
  return new Map(
    [...left].flatMap(([key, { name }]) => {
      const target = right.has(key) ? undefined : fresh.get(name);
      return target ? [[key, target] as const] : [];
    }),
  );
}

type Found = Omit<Change, 'action' | 'operation'>;

function diffOperations(
  before: OperationSpec,
  after: OperationSpec,
  defs: { before: Defs; after: Defs },
): Found[] {
  const changes: Found[] = [];
  const tell = (pointer: string, message: string, breaking: boolean): void =>
    void changes.push({ kind: 'changed', breaking, pointer, message });
  for (const [word, breaking] of PLAIN) {
    if (same(before[word], after[word])) continue;
    tell(`/${word}`, `${word} was ${say(before[word])}, is ${say(after[word])}`, breaking);
  }
  diffParameters(before, after, defs, tell);
  diffBodies(before.body, after.body, defs, tell);
  for (const one of diffSchemas(before.output, after.output, defs, 'out')) {
    tell(`/output${one.at}`, outOf(one), one.breaking);
  }
  return changes;
}

const PLAIN: readonly (readonly [keyof OperationSpec, boolean])[] = [
  ['title', false],
  ['description', false],
  ['deprecated', false],
  ['server', true],
  ['auth', true],
  ['scopes', false],
  ['effect', false],
  ['idempotent', false],
  ['answer', true],
  ['pages', false],
  ['links', false],
  ['budget', false],
];

function outOf({ at, message }: SchemaChange): string {
  return at === '' ? `answer: ${message}` : `answer ${at}: ${message}`;
}

type Tell = (pointer: string, message: string, breaking: boolean) => void;

function diffParameters(
  before: OperationSpec,
  after: OperationSpec,
  defs: { before: Defs; after: Defs },
  tell: Tell,
): void {
  const [left, right] = [byPlace(before), byPlace(after)];
  for (const [place, old] of left) {
    const now = right.get(place);
    const pointer = `/parameters/${place}`;
    if (!now) {
      tell(pointer, `the input ${inputOf(old)} is gone`, true);
      continue;
    }
    if (inputOf(old) !== inputOf(now))
      tell(pointer, `the input ${inputOf(old)} is called ${inputOf(now)} now`, true);
    const [must, mustNow] = [needed(old), needed(now)];
    if (must !== mustNow)
      tell(
        pointer,
        `the input ${inputOf(now)} is ${mustNow ? 'required now' : 'no longer required'}`,
        mustNow,
      );
    for (const word of ['style', 'explode', 'content', 'allowReserved'] as const) {
      if (old[word] !== now[word])
        tell(
          `${pointer}/${word}`,
          `${inputOf(now)} is written otherwise: ${word} was ${say(old[word])}, is ${say(now[word])}`,
          false,
        );
    }
    if (!same(old.value, now.value))
      tell(
        `${pointer}/value`,
        `${inputOf(now)} is sent as ${say(now.value)} when not given, was ${say(old.value)}`,
        false,
      );
    for (const one of diffSchemas(old.schema, now.schema, defs, 'in')) {
      tell(`${pointer}/schema${one.at}`, `input ${inputOf(now)}${one.at}: ${one.message}`, one.breaking);
    }
  }
  for (const [place, now] of right) {
    if (left.has(place)) continue;
    const must = needed(now);
    tell(`/parameters/${place}`, `the input ${inputOf(now)} is new${must ? ' and required' : ''}`, must);
  }
}

/** Path parameters are told apart by their place in the path, as their names mean nothing to the other side. */
function byPlace({ path, parameters }: OperationSpec): Map<string, ParameterSpec> {
  const inPath = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
  return new Map(
    parameters.map((one) => {
      const index = one.in === 'path' ? inPath.indexOf(one.name) : -1;
      return [index === -1 ? `${one.in}:${one.name}` : `path:${index}`, one];
    }),
  );
}

function inputOf({ as, name }: ParameterSpec): string {
  return as ?? name;
}

function needed({ in: place, required, value }: ParameterSpec): boolean {
  return (required || place === 'path') && value === undefined;
}

function diffBodies(
  before: BodySpec | undefined,
  after: BodySpec | undefined,
  defs: { before: Defs; after: Defs },
  tell: Tell,
): void {
  if (!before || !after) {
    if (before) tell('/body', 'it has no body any more', true);
    if (after)
      tell('/body', `it has a body now${after.required ? ', which is required' : ''}`, after.required);
    return;
  }
  if (!before.required && after.required) tell('/body/required', 'the body is required now', true);
  if (before.spread !== after.spread || before.as !== after.as)
    tell('/body', 'the members of the body are named otherwise among the inputs', true);
  const right = new Map(after.contents.map((content) => [content.type, content]));
  for (const content of before.contents) {
    const now = right.get(content.type);
    const pointer = `/body/contents/${content.type.replaceAll('/', '~1')}`;
    if (!now) tell(pointer, `a body of ${content.type} is no longer taken`, true);
    else {
      for (const one of diffSchemas(content.schema, now.schema, defs, 'in')) {
        tell(`${pointer}/schema${one.at}`, `body${one.at}: ${one.message}`, one.breaking);
      }
    }
    right.delete(content.type);
  }
  for (const type of right.keys())
    tell(`/body/contents/${type.replaceAll('/', '~1')}`, `a body of ${type} is taken, too`, false);
}

function diffWhole(before: Definition, after: Definition): Change[] {
  const changes: Change[] = [];
  const tell = (pointer: string, message: string, breaking: boolean): void =>
    void changes.push({ kind: 'changed', breaking, pointer, message });
  for (const word of [
    'title',
    'description',
    'version',
    'docs',
    'plan',
    'budgets',
    'errors',
    'check',
  ] as const) {
    if (!same(before[word], after[word]))
      tell(`/${word}`, `${word} was ${say(before[word])}, is ${say(after[word])}`, false);
  }
  for (const name of new Set([...Object.keys(before.servers), ...Object.keys(after.servers)])) {
    const [old, now] = [before.servers[name], after.servers[name]];
    if (!same(old, now))
      tell(`/servers/${name}`, `the address ${name} was ${say(old)}, is ${say(now)}`, old !== undefined);
  }
  if (!same(before.auth, after.auth))
    tell('/auth', `signing in changed: was ${before.auth.kind}, is ${after.auth.kind}`, true);
  for (const name of new Set([...Object.keys(before.auths ?? {}), ...Object.keys(after.auths ?? {})])) {
    const [old, now] = [before.auths?.[name], after.auths?.[name]];
    if (same(old, now)) continue;
    const message =
      now === undefined
        ? `the way to sign in ${name} is gone`
        : old === undefined
          ? `${name} is a new way to sign in`
          : `the way to sign in ${name} changed`;
    tell(`/auths/${name}`, message, old !== undefined);
  }
  for (const name of new Set([...Object.keys(before.webhooks ?? {}), ...Object.keys(after.webhooks ?? {})])) {
    const [old, now] = [before.webhooks?.[name], after.webhooks?.[name]];
    if (same(old, now)) continue;
    const message =
      now === undefined
        ? `the webhook ${name} is gone`
        : old === undefined
          ? `the webhook ${name} is new`
          : `the webhook ${name} changed`;
    tell(`/webhooks/${name}`, message, old !== undefined && now === undefined);
  }
  return changes;
}

function say(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
