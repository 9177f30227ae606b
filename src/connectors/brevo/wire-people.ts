import type { PersonOutcome, PersonUpdate } from '../../core/audience.ts';
import { ConnectorError } from '../../core/errors.ts';

/** A person as Brevo's contact calls take him. */
export function toContact({ email, attributes: values, lists: listIds }: PersonUpdate) {
  return {
    email,
    attributes: mutable(values),
    ...(listIds.length > 0 ? { listIds: [...listIds] } : {}),
  };
}

/** The same where somebody can also be taken off a list. */
export function toChange(person: PersonUpdate) {
  const { leaves = [] } = person;
  return { ...toContact(person), ...(leaves.length > 0 ? { unlinkListIds: [...leaves] } : {}) };
}

/** Attribute values as Brevo's contact calls take them. */
export function mutable(
  values: PersonUpdate['attributes'],
): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
}

/** The outcome of somebody who arrived. */
export function done({ email }: PersonUpdate): PersonOutcome {
  return { email, state: 'done' };
}

/** Brevo said no to this one, and would say it again. */
export function isRefusal(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.kind === 'not-found' || error.kind === 'input');
}
