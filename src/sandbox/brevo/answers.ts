import type { SandboxAnswer } from '../types.ts';

/** A request that Brevo refuses; thrown anywhere below a route and turned into the answer at the door. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly metadata: Record<string, unknown> | undefined;

  constructor(status: number, code: string, message: string, metadata?: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.code = code;
    this.metadata = metadata;
  }

  /** The body as Brevo words it: `metadata` only where contacts add it. */
  answer(): SandboxAnswer {
    const body = { code: this.code, message: this.message };
    return { status: this.status, json: this.metadata ? { ...body, metadata: this.metadata } : body };
  }
}

/** A 400 with the code that Brevo uses for nearly everything. */
export function invalid(message: string): Refusal {
  return new Refusal(400, 'invalid_parameter', message);
}

/** A 400 for something that had to be there. */
export function missing(message: string): Refusal {
  return new Refusal(400, 'missing_parameter', message);
}

/** A 404 for a record that is not there. */
export function notFound(message: string): Refusal {
  return new Refusal(404, 'document_not_found', message);
}

/** The empty success of updates and of single events. */
export const NO_CONTENT: SandboxAnswer = { status: 204 };

/** A plain JSON object, or undefined for anything else. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return isObject(value) ? value : undefined;
}

/** The request body as a JSON object; anything else is refused. */
export function jsonObject(body: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    value = undefined;
  }
  const object = asObject(value);
  if (!object) throw new Refusal(400, 'bad_request', 'Input must be a valid JSON object');
  return object;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
