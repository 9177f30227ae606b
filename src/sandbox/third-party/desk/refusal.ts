import type { SandboxAnswer } from '../../types.ts';

/** A refusal as the desk words it: messages, and errors by the name of the member. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: Readonly<Record<string, string>>;

  constructor(status: number, message: string, errors: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  answer(): SandboxAnswer {
    const errorMessages = this.message === '' ? [] : [this.message];
    return { status: this.status, json: { errorMessages, errors: this.errors } };
  }
}
