import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

function read() {
  const { Environment, Optional } = load('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js');
  const { Duration, UnsignedInt } = load(
    '@marcbachmann/cel-js/evaluator',
  ) as typeof import('@marcbachmann/cel-js/evaluator');
  return { Environment, Optional, Duration, UnsignedInt };
}

let known: ReturnType<typeof read> | undefined;

/** The CEL library, read when the first expression is: whoever has no flows does not pay for it. */
export function cel(): ReturnType<typeof read> {
  return (known ??= read());
}
