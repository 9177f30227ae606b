import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';

export const get = defineAction({
  title: 'Get the state of a process',
  docs: 'https://developers.brevo.com/reference/get-process',
  effect: 'read',
  idempotent: true,
  // One of the rare calls of the budget "everything else": 100 an hour (Brevo FACTS 3).
  budget: 'other',
  scopes: [],
  input: z.strictObject({ processId: z.number().int().describe('Id that the import answered.') }),
  output: z.looseObject({
    id: z.number(),
    status: z.string().describe('queued, in_process, processing, completed, failed or cancelled.'),
    info: z
      .looseObject({
        // A count in one edition of the documentation, the address of a list in another (Brevo FACTS 4).
        import: z.record(z.string(), z.unknown()).optional(),
      })
      .optional(),
  }),
  example: { processId: 78 },
  call: (input) => ({ method: 'GET', path: path`/processes/${input.processId}` }),
});
