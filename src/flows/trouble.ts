import { ConnectorError } from '../core/errors.ts';
import { MappingError, pointerOf, type Place } from '../core/mapping.ts';
import { ExpressionError, type Expression, type Scope } from '../core/expression.ts';
import type { Redact } from '../core/secret.ts';
import { bounded } from './bounded.ts';
import type { Trouble } from './rows.ts';

/** Where something of a flow stands, for messages. */
export interface Where {
  flow: string;
  step?: string;
  /** Of the step, or of the flow. */
  place: Place;
}

/** A failure of a mapping, in a sentence: flow, step, place, expression, and what was missing. */
export function mappingTrouble(error: MappingError, where: Where): Trouble {
  const pointer = pointerOf([...where.place, ...error.place]);
  const step = where.step === undefined ? '' : `, step '${where.step}'`;
  const written = error.source === '' ? '' : ` \${${error.source.slice(0, 200)}}:`;
  return {
    kind: 'input',
    message: `flow '${where.flow}'${step}, ${pointer}:${written} ${error.message}`,
    hint: error.missing
      ? 'Where it may be missing, write default(…, value), or .? before the name to leave it out.'
      : 'Correct the flow; then retry the run with --latest.',
    pointer,
    ...(where.step !== undefined && { step: where.step }),
    ...(error.source !== '' && { expression: error.source.slice(0, 500) }),
  };
}

/** A flow whose expression or mapping failed. */
export class FlowFailure extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/**
 * Work of expressions, in bounded time.
 * @throws FlowFailure
 */
export function mapped<T>(where: Where, work: () => T): T {
  try {
    return bounded(work);
  } catch (error) {
    if (error instanceof MappingError) throw new FlowFailure(mappingTrouble(error, where));
    if (error instanceof ConnectorError) {
      throw new FlowFailure(mappingTrouble(new MappingError([], '', error.message, false), where));
    }
    throw error;
  }
}

/**
 * The value of an expression of a flow.
 * @throws FlowFailure
 */
export function evaluated(expression: Expression, where: Where, scope: Scope): unknown {
  return mapped(where, () => {
    try {
      return expression.evaluate(scope);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new MappingError([], expression.source.trim(), error.message, error.missing);
    }
  });
}

/**
 * Whether a condition holds.
 * @throws FlowFailure when it gives neither true nor false
 */
export function holds(expression: Expression | undefined, where: Where, scope: Scope): boolean {
  if (!expression) return true;
  const value = evaluated(expression, where, scope);
  if (typeof value === 'boolean') return value;
  throw new FlowFailure(
    mappingTrouble(
      new MappingError([], expression.source.trim(), 'gives neither true nor false', false),
      where,
    ),
  );
}

/** What went wrong in a call, as it is kept. */
export function callTrouble(error: unknown, redact: Redact): Trouble {
  if (error instanceof FlowFailure) return error.trouble;
  if (!(error instanceof ConnectorError)) {
    return {
      kind: 'unexpected',
      message: redact(error instanceof Error ? error.message : String(error)),
      hint: 'The program did not expect this: look into its log.',
    };
  }
  const { kind, message, hint } = error;
  return { kind, message: redact(message), ...(hint !== '' && { hint: redact(hint) }) };
}
