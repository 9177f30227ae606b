import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { address as mailAddress } from './address.ts';

const address = z.strictObject({ email: mailAddress(), name: z.string().optional() });

export const send = defineAction({
  title: 'Send a transactional mail',
  docs: 'https://developers.brevo.com/reference/send-transac-email',
  effect: 'write',
  idempotent: false,
  budget: 'mail',
  scopes: [],
  input: z.strictObject({
    idempotencyKey: z
      .uuid()
      .optional()
      .describe('UUID by which Brevo refuses a second mail of the same kind for 15 to 30 minutes.'),
    to: z.array(address).min(1).max(99).optional().describe('Recipients, who see each other.'),
    templateId: z.number().int().optional().describe('Id of a template in Brevo.'),
    sender: z
      .strictObject({
        email: mailAddress().optional(),
        id: z.number().int().optional(),
        name: z.string().optional(),
      })
      .optional()
      .describe('Sender; not needed with a template.'),
    subject: z.string().optional().describe('Subject; not needed with a template.'),
    htmlContent: z.string().optional().describe('Body in HTML; not needed with a template.'),
    textContent: z.string().optional().describe('Body in plain text.'),
    params: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Values for the placeholders of the template.'),
    replyTo: address.optional().describe('Where answers go.'),
    tags: z.array(z.string()).optional().describe('Labels for the statistics.'),
    scheduledAt: z.string().optional().describe('When to send it, ISO 8601.'),
    messageVersions: z
      .array(
        z.strictObject({
          to: z.array(address).min(1).max(99),
          params: z.record(z.string(), z.unknown()).optional(),
          subject: z.string().optional(),
        }),
      )
      .max(2000)
      .optional()
      .describe('One mail for each, so that the recipients do not see each other.'),
  }),
  output: z.looseObject({ messageId: z.string().optional(), messageIds: z.array(z.string()).optional() }),
  example: {
    to: [{ email: 'ada@example.com' }],
    templateId: 7,
    params: { recording: 'https://example.com/rec' },
    idempotencyKey: '5f0d6f3a-8f57-4b0e-9d8b-0c4a2f3b8a11',
  },
  call: ({ idempotencyKey, ...mail }) => ({
    method: 'POST',
    path: '/smtp/email',
    json: idempotencyKey ? { ...mail, headers: { idempotencyKey } } : mail,
    ...(idempotencyKey ? { idempotencyKey } : {}),
  }),
});
