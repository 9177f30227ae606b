/** Drains a queue in a process of its own, with the memory that the command line gives itself; prints what it cost. */
import { drain } from './queue.ts';

process.stdout.write(JSON.stringify(await drain(Number(process.argv[2]))));
