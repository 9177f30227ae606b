import { createHash } from 'node:crypto';
import { ExpressionError, parseExpression, type Expression } from '../core/expression.ts';
import { bareExpression, readTemplate, type Place, type Template } from '../core/mapping.ts';
import { actionOf, type FlowDefinition, type StepDefinition } from './definition.ts';

/** Something wrong in a flow that has the right form. */
export interface FlowProblem {
  /** Where it stands in the definition. */
  place: Place;
  message: string;
  /** A value that would be right. */
  example: string;
}

export interface CompiledStep {
  definition: StepDefinition;
  target: { connection: string; action: string };
  input: Template;
  forEach: Expression | undefined;
  when: Expression | undefined;
  /** What it gives is named later on. */
  used: boolean;
}

/** A flow whose expressions were read. */
export interface CompiledFlow {
  id: string;
  /** Of the definition: the same text gives the same hash. */
  hash: string;
  definition: FlowDefinition;
  filter: Expression | undefined;
  when: Expression | undefined;
  key: Expression | undefined;
  steps: readonly CompiledStep[];
  output: Template;
}

/** What expressions may name, beside `item` and `index` where a step is done for each of several. */
export const VARIABLES = ['trigger', 'steps', 'flow', 'run', 'now'];

/** Reads the expressions of a flow, and says everything that is wrong with it beyond its form. */
export function compileFlow(
  id: string,
  definition: FlowDefinition,
): { flow: CompiledFlow; problems: FlowProblem[] } {
  const compiler = new Compiler();
  const { trigger, when, key, steps, output } = definition;
  compiler.checkTrigger(trigger);
  const before: string[] = [];
  const flow: CompiledFlow = {
    id,
    hash: hashOf(definition),
    definition,
    filter: compiler.expression(trigger.filter, ['trigger', 'filter'], ['trigger', 'flow', 'now'], [], TRUTH),
    when: compiler.expression(when, ['when'], ['trigger', 'flow', 'run', 'now'], [], TRUTH),
    key: compiler.expression(key, ['key'], ['trigger', 'flow', 'now'], [], VALUE),
    steps: steps.map((step, i) => {
      const compiled = compiler.step(step, ['steps', i], before);
      before.push(step.id);
      return { ...compiled, used: isUsed(step.id, [steps.slice(i + 1), output]) };
    }),
    output: compiler.template(output, ['output'], VARIABLES, before),
  };
  return { flow, problems: compiler.problems };
}

/** By the words alone: `steps.visits.output`, `steps['visits'].items`. */
function isUsed(id: string, later: unknown): boolean {
  const named = new RegExp(
    String.raw`\bsteps\s*(?:\.\s*\??${id}|\[\s*\\?["']${id}\\?["']\s*\])\s*\.\s*\??(?:output|items)\b`,
  );
  return named.test(JSON.stringify(later) ?? '');
}

/** Types that an expression may have; `dyn` turns out when it is run. */
const TRUTH = ['bool'];
const VALUE = ['string', 'int', 'double', 'bool'];
const LIST = ['list'];

const NAMES: Readonly<Record<string, string>> = { bool: 'true or false', list: 'a list' };

class Compiler {
  readonly problems: FlowProblem[] = [];

  checkTrigger({ connection, event, filter, schedule, manual, input }: FlowDefinition['trigger']): void {
    const kinds = [event ?? connection, schedule, manual].filter((kind) => kind !== undefined);
    const example = 'trigger: { connection: zoom, event: meeting.ended }';
    if (kinds.length !== 1 || manual === false) {
      this.#note(['trigger'], 'needs one of: connection with event, schedule, manual: true', example);
    } else if ((connection === undefined) !== (event === undefined)) {
      this.#note(['trigger'], `has ${event ? 'an event' : 'a connection'} only`, example);
    }
    if (filter !== undefined && event === undefined) {
      this.#note(['trigger', 'filter'], 'is for events', 'when: trigger.input.total > 0');
    }
    if (input !== undefined && manual === undefined) {
      this.#note(['trigger', 'input'], 'is for flows that people begin', '{ manual: true, input: {} }');
    }
  }

  step(definition: StepDefinition, place: Place, before: readonly string[]): Omit<CompiledStep, 'used'> {
    const { id, for_each: forEach, when, input } = definition;
    if (before.includes(id))
      this.#note([...place, 'id'], `'${id}' is taken by a step before this one`, 'id: other');
    const target = actionOf(definition);
    if (target.connection === '' || !/^\w+\.\w+$/.test(target.action)) {
      this.#note(
        [...place, 'action'],
        'names no connection, area and action',
        'action: zoom.meetings.create',
      );
    }
    const inside = forEach === undefined ? VARIABLES : [...VARIABLES, 'item', 'index'];
    return {
      definition,
      target,
      forEach: this.expression(forEach, [...place, 'for_each'], VARIABLES, before, LIST),
      when: this.expression(when, [...place, 'when'], inside, before, TRUTH),
      input: this.template(input, [...place, 'input'], inside, before),
    };
  }

  expression(
    text: string | undefined,
    place: Place,
    variables: readonly string[],
    steps: readonly string[],
    types: readonly string[],
  ): Expression | undefined {
    if (text === undefined) return undefined;
    try {
      const expression = parseExpression(bareExpression(text), optionsOf(variables, steps));
      const [type = 'dyn'] = expression.type.split('<');
      if (type === 'dyn' || types.includes(type)) return expression;
      const wanted = NAMES[types[0] ?? ''] ?? 'text, a number, or true or false';
      this.#note(place, `gives ${type}, and must give ${wanted}`, `"${text.slice(0, 60)}"`);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#note(place, `${text.trim().slice(0, 200)}: ${error.message}`, 'trigger.body.total > 0');
    }
    return undefined;
  }

  template(value: unknown, place: Place, variables: readonly string[], steps: readonly string[]): Template {
    const template = readTemplate(value, optionsOf(variables, steps));
    for (const { place: inside, source, message } of template.problems) {
      const said = source === '' ? message : `${source.slice(0, 200)}: ${message}`;
      this.#note([...place, ...inside], said, '"${trigger.body.id}"');
    }
    return template;
  }

  #note(place: Place, message: string, example: string): void {
    this.problems.push({ place, message, example });
  }
}

function optionsOf(variables: readonly string[], steps: readonly string[]) {
  return { variables, members: { steps: { names: steps, what: 'step before this one' } } };
}

/** The same for the same members in any order. */
export function hashOf(definition: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(definition)))
    .digest('hex')
    .slice(0, 32);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}
