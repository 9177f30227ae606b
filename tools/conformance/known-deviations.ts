import type { Check } from './finding.ts';

/** A difference that is the document's own fault, or that a fact of FACTS.md decides against the document. */
export interface KnownDeviation {
  check: Check;
  /** As the finding has it; `*` stands for any text. */
  operation: string;
  member: string;
  expected?: string;
  /** Why it stays, with the fact that says so. */
  reason: string;
}

/** Whoever takes the cause away takes the line away too: a line that nothing meets fails the run. */
export const KNOWN: readonly KnownDeviation[] = [
  {
    check: 'request',
    operation: 'zoom GET /past_meetings/{meetingId}/participants',
    member: 'query include_fields',
    reason:
      'Zoom FACTS G 16: the description of registrant_id asks for include_fields=registrant_id, and the list of parameters forgets it.',
  },
  {
    check: 'request',
    operation: 'zoom GET /past_webinars/{webinarId}/participants',
    member: 'query include_fields',
    reason:
      'Zoom FACTS G 16: as for past meetings; here too the description of registrant_id asks for the parameter.',
  },
  {
    check: 'answer',
    operation: 'zoom GET /past_webinars/{webinarId}/participants',
    member: '200 participants[].user_email',
    expected: 'match format "email"',
    reason:
      'Zoom FACTS F, gotcha 9: guests have an empty address; only this schema calls the field an e-mail address.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '401 124 Invalid access token',
    reason:
      'Zoom FACTS D: 401 with code 124 is what Zoom answers everywhere; most operations do not document a bad token, or put it under 400.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '400 4711 Invalid access token, does not contain scopes',
    reason: 'Zoom FACTS D: the answer to a missing granular scope was seen, and no operation documents it.',
  },
  {
    check: 'error',
    operation: 'zoom *',
    member: '400 300 The next page token is invalid or expired',
    reason:
      'Zoom FACTS A, pagination: a dead page token is 400 with code 300 by the paging guide; not every list repeats it.',
  },
  {
    check: 'request',
    operation: 'brevo POST /events/batch',
    member: 'path',
    reason: 'Brevo FACTS 8: exists since March 2026; the document is of February 2026.',
  },
  {
    check: 'request',
    operation: 'brevo GET /events',
    member: 'path',
    reason: 'Brevo FACTS 8 and README: in later editions of the document, not in that of February 2026.',
  },
  {
    check: 'error',
    operation: 'brevo *',
    member: '401 unauthorized *',
    reason: 'Brevo FACTS 1 and 2: a wrong key is 401 unauthorized everywhere; most operations leave it out.',
  },
];
