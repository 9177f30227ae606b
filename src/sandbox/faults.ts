/** Failures on demand, drawn from a seeded stream, so that a storm can be repeated. */
import { isRecord } from './record.ts';
import { type Random, random } from './random.ts';
import { SYSTEMS, type SystemName } from './stats.ts';

/** Every kind of failure that can be asked for. */
export const FAULT_KINDS = [
  '429',
  '500-before',
  '500-after',
  'reset-before',
  'reset-after',
  'stall',
  'truncate',
  'malformed',
  'slow',
  'html-403',
  'html-502',
  'expired-token',
] as const;

/** `before`: the call has no effect. `after`: it had its effect, and its answer is lost. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** When a failure strikes, and which one. */
export interface FaultRule {
  system: SystemName;
  /** Exact name, or a beginning and `*`; every operation when left out. */
  operation?: string;
  /** Part of the request's path, once decoded: to poison a single record. */
  path?: string;
  kind: FaultKind;
  /** From 0 to 1. */
  probability: number;
  /** How long a stall or slowness lasts. */
  ms?: number;
  /** How often the rule may strike. */
  times?: number;
}

/** A failure that strikes now. */
export interface Fault {
  kind: FaultKind;
  ms: number | undefined;
}

/** The rules in force. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];
  #stream: Random = random('faults', 1);

  replace(rules: readonly FaultRule[], seed: number): void {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Infinity }));
    this.#stream = random('faults', seed);
  }

  /** The first rule that fits and strikes; each fitting rule draws once. */
  strike(system: SystemName, operation: string, path: string, paging: boolean): Fault | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (entry.left <= 0 || rule.system !== system || !fits(rule, operation, path)) continue;
      // Only a request with a page token can be told that it is too old.
      if (rule.kind === 'expired-token' && !paging) continue;
      if (!this.#stream.chance(rule.probability)) continue;
      entry.left--;
      return { kind: rule.kind, ms: rule.ms };
    }
    return undefined;
  }
}

function fits(rule: FaultRule, operation: string, path: string): boolean {
  if (rule.path !== undefined && !path.includes(rule.path)) return false;
  if (rule.operation === undefined) return true;
  if (!rule.operation.endsWith('*')) return rule.operation === operation;
  return operation.startsWith(rule.operation.slice(0, -1));
}

/** The rules of a control request, or what is wrong with them. */
export function readRules(value: unknown): FaultRule[] | string {
  if (!Array.isArray(value)) return 'rules must be an array';
  const rules: FaultRule[] = [];
  for (const [i, one] of value.entries()) {
    const rule = readRule(one);
    if (typeof rule === 'string') return `rules[${i}]: ${rule}`;
    rules.push(rule);
  }
  return rules;
}

function readRule(value: unknown): FaultRule | string {
  if (!isRecord(value)) return 'must be an object';
  const { operation, path, probability, ms, times } = value;
  const system = SYSTEMS.find((known) => known === value['system']);
  const kind = FAULT_KINDS.find((known) => known === value['kind']);
  if (system === undefined) return `system must be one of ${SYSTEMS.join(', ')}`;
  if (kind === undefined) return `kind must be one of ${FAULT_KINDS.join(', ')}`;
  if (typeof probability !== 'number' || !(probability >= 0 && probability <= 1)) {
    return 'probability must be a number from 0 to 1';
  }
  if (kind === 'expired-token' && system !== 'zoom') return 'only Zoom has page tokens';
  const rule: FaultRule = { system, kind, probability };
  for (const [name, text] of [['operation', operation] as const, ['path', path] as const]) {
    if (typeof text === 'string') rule[name] = text;
    else if (text !== undefined) return `${name} must be a string`;
  }
  for (const [name, number] of [['ms', ms] as const, ['times', times] as const]) {
    if (typeof number === 'number' && number >= 0) rule[name] = number;
    else if (number !== undefined) return `${name} must be a number of 0 or more`;
  }
  return rule;
}
