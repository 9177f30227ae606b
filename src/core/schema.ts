import { z } from 'zod';
import type { FieldError } from './errors.ts';

/** A schema as JSON Schema; `input` as it is before defaults are filled in. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<
    string,
    unknown
  >;
  return rest;
}

/** What zod found wrong, as fields with a sentence each. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const where = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        field: where ? `${where}.${key}` : key,
        message: 'is not known here',
      }));
    }
    return [{ field: where || '(input)', message: sentence(issue) }];
  });
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    return issue.message.includes('received undefined')
      ? 'is required'
      : issue.message.replace('Invalid input: ', '');
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message.replace('Invalid input: ', '');
}

/** Field errors in one line. */
export function describe(fields: readonly FieldError[]): string {
  return fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
}
