import type { AttributeInfo, AttributeType, AttributeValue, AudienceSchema } from '../core/audience.ts';
import { nameOfQuestion, valueOf, type PersonState } from './person-state.ts';

/** One line of the field mapping. */
export interface FieldRule {
  /** What is known of a person, such as `duration` or `answers.Company size`. */
  from: string;
  /** Attribute on the other side. */
  to: string;
}

/** A mapping that fits the other side's schema: gives the attributes of a person, each in its attribute's type. */
export type Mapping = (person: PersonState) => Record<string, AttributeValue>;

export interface CompiledMapping {
  map: Mapping;
  /** Attributes that do not exist there, with the type that fits. */
  missing: { name: string; type: 'text' | 'number' | 'date'; from: string }[];
  /** What cannot work, in sentences. */
  problems: string[];
}

type SourceKind = 'text' | 'number' | 'time' | 'status';

const NUMBERS = new Set(['duration', 'minutes', 'seconds', 'percent', 'joins']);
const TIMES = new Set(['join_time', 'leave_time', 'registration_time']);
const STATUSES = ['attended', 'absent', 'registered'];

/**
 * Checks a mapping against the schema. Brevo drops a value of the wrong type and still answers success
 * (Brevo FACTS 6), so what does not fit is found here.
 */
export function compileMapping(rules: readonly FieldRule[], schema: AudienceSchema): CompiledMapping {
  const missing: CompiledMapping['missing'] = [];
  const problems: string[] = [];
  const converters: { from: string; to: string; convert: Convert }[] = [];
  for (const { from, to } of rules) {
    if (from === 'email') continue;
    const kind = kindOf(from);
    const info = schema.attributes.get(to);
    const wanted = kind === 'number' ? 'number' : kind === 'time' ? 'date' : 'text';
    if (!info) missing.push({ name: to, type: wanted, from });
    const convert = converterOf(kind, info ?? { type: wanted });
    if (typeof convert === 'function') converters.push({ from, to, convert });
    else problems.push(`field_mapping: ${from} → ${to}: ${convert.problem}`);
  }
  const map: Mapping = (person) => {
    const attributes: Record<string, AttributeValue> = {};
    for (const { from, to, convert } of converters) {
      const value = valueOf(person, from);
      if (value !== undefined) attributes[to] = convert(value);
    }
    return attributes;
  };
  return { map, missing, problems };
}

type Convert = (value: string | number) => AttributeValue;

function kindOf(from: string): SourceKind {
  if (nameOfQuestion(from) !== undefined) return 'text';
  if (NUMBERS.has(from)) return 'number';
  if (TIMES.has(from)) return 'time';
  return from === 'attendance_status' ? 'status' : 'text';
}

function converterOf(kind: SourceKind, info: AttributeInfo): Convert | { problem: string } {
  const { type, options = [] } = info;
  if (type === 'text') return String;
  if (type === 'number' && kind === 'number') return Number;
  // A date attribute takes the day only; the clock time needs a text attribute or the event (Brevo FACTS 6).
  if (type === 'date' && kind === 'time') return (value) => String(value).slice(0, 10);
  if (type === 'category' && kind === 'status') {
    const absent = STATUSES.filter((status) => !options.includes(status));
    if (absent.length === 0) return String;
    return {
      problem: `the category has no option ${absent.join(', ')}; it has ${options.join(', ') || 'none'}`,
    };
  }
  return {
    problem: `the attribute is ${NAMES[type]}, which cannot hold ${KINDS[kind]}; map it to ${fit(kind)}`,
  };
}

const NAMES: Readonly<Record<AttributeType, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'a yes/no',
  date: 'a date',
  category: 'a category',
  'multiple-choice': 'a multiple choice',
  other: 'calculated by Brevo',
};
const KINDS: Readonly<Record<SourceKind, string>> = {
  text: 'a text',
  number: 'a number',
  time: 'a time',
  status: 'a status',
};

function fit(kind: SourceKind): string {
  if (kind === 'number') return 'a number or a text attribute';
  return kind === 'time' ? 'a date or a text attribute' : 'a text attribute';
}
