import { z } from 'zod';

/** An e-mail address as browsers take it: zod's own pattern refuses valid ones, such as those with `&`. */
export const address = () => z.email({ pattern: z.regexes.html5Email });
