/** What an answer of an ONNX model is taken for. */
import { expect, it } from 'vitest';
import { probabilityOf, wrongAnswer } from './onnx-predictor.ts';

const output = { name: 'p', type: 'float32', width: 2, element: 1, link: 'identity' } as const;

it.each([[[0.4, 0.5, 0.6]], [[0.4]], [[]], [Array.from({ length: 1_001 }, () => 0.5)]])(
  'an answer of another size is of another shape, whatever it says (%#)',
  (values) => {
    expect(wrongAnswer({ output }, values)).toEqual({
      fault: 'answer-shape',
      detail: `it has ${values.length} values, not 2`,
    });
  },
);

it('the element that was chosen is the probability, and what is none is out of range', () => {
  expect(wrongAnswer({ output }, [7, 0.25])).toBeUndefined();
  expect(probabilityOf({ output }, [7, 0.25])).toBe(0.25);
  expect(wrongAnswer({ output }, [0.25, 7])).toEqual({
    fault: 'answer-out-of-range',
    detail: '7 is no probability',
  });
  expect(probabilityOf({ output: { ...output, link: 'logistic' } }, [7, 0])).toBe(0.5);
});
