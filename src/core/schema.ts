import { z } from 'zod';
import type { FieldError } from './errors.ts';
import { carriedSchema } from './json-schema.ts';

/**
 * A schema as JSON Schema; `input` as it is before defaults are filled in. One that was made of a JSON Schema is given
 * back as it was, with what it refers to in its `$defs`.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const own = carriedSchema(schema);
  if (own) return own.json();
  let ids = 0;
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // JSON has whole numbers of any length.
      if (zodSchema._zod.def.type === 'bigint') jsonSchema.type = 'integer';
      const inner = carriedSchema(zodSchema);
      if (!inner) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key as keyof typeof jsonSchema];
      // A document of its own, so that its references lead into its own `$defs` (JSON Schema 2020-12, core 9.3).
      Object.assign(jsonSchema, { $id: `schema-${(ids += 1)}.json`, ...inner.json() });
    },
  }) as Record<string, unknown>;
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
  // A message of the schema's own says it better.
  if (!/^(Invalid|Too) /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.includes('received undefined') ? 'is required' : plain(issue);
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
    case 'too_big':
      return bound(issue);
    case 'invalid_format':
      return issue.format === 'email' ? 'must be an e-mail address, such as ada@example.com' : plain(issue);
    default:
      return plain(issue);
  }
}

function plain(issue: z.core.$ZodIssue): string {
  return issue.message.replace('Invalid input: ', '');
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const least = issue.code === 'too_small';
  const limit = least ? issue.minimum : issue.maximum;
  if (issue.inclusive === false) return `must be ${least ? 'more' : 'less'} than ${limit}`;
  const unit = { string: 'character', array: 'item' }[issue.origin as string];
  const words = `at ${least ? 'least' : 'most'} ${limit}`;
  return unit === undefined
    ? `must be ${words}`
    : `must have ${words} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}

/** Field errors in one line. */
export function describe(fields: readonly FieldError[]): string {
  return fields.map(({ field, message }) => `${field}: ${message}`).join('; ');
}
