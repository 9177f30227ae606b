import type { ErrorTable } from '../../core/errors.ts';

/** Brevo's errors and what they ask of a person (Brevo FACTS 2). The first line that fits decides. */
export const errors: ErrorTable = {
  code: 'code',
  message: 'message',
  requestId: 'sib-request-id',
  rules: [
    {
      status: 401,
      kind: 'auth',
      hint: 'The API key is wrong, or Brevo does not accept it from this address: check BREVO_API_KEY, and in Brevo under Security the list of authorised IPs.',
    },
    { status: 402, kind: 'plan', hint: 'The Brevo account has no credits left.' },
    {
      code: 'account_under_validation',
      kind: 'plan',
      hint: 'Brevo is still validating the account: finish its set-up there.',
    },
    { status: 403, kind: 'plan', hint: "The Brevo plan or this key's owner does not include this." },
    // The documents name neither the code nor a Retry-After: the status decides.
    { status: 429, kind: 'rate', retry: 'later', hint: 'Too many calls for this Brevo budget.' },
    { status: 425, kind: 'remote', retry: 'later', hint: 'Brevo is still working on this contact.' },
    { code: 'document_not_found', kind: 'not-found', hint: 'The contact, list or process is gone.' },
    {
      code: 'duplicate_parameter',
      kind: 'input',
      hint: 'Another contact holds this value, or the mail with this key was accepted before.',
    },
    {
      message: /attribute/i,
      kind: 'input',
      hint: 'Check the mapping against the attributes of the Brevo account; ensure_attributes: true creates missing ones.',
    },
    { status: [400, 422], kind: 'input', hint: 'Brevo refused a value: see its message.' },
  ],
};
