/** ONNX files within bounds: what they say, and what is refused before native code sees them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { SeededRandom } from '../../lib/random.ts';
import { madeOnnx, node, number, part, tensor, text } from '../../onnx/testing/made-onnx.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { looksLikeOnnx, onnxOutline, valueText } from './onnx-outline.ts';

const outlineOf = (made: Parameters<typeof madeOnnx>[0]) => onnxOutline(madeOnnx(made), 'net.onnx');
/** An If with a graph inside of it, and so on. */
const nested = (depth: number): readonly number[] =>
  depth === 0
    ? node('Identity', 'a', 'b')
    : node('If', 'c', 'd', part(5, text(1, 'then_branch'), part(6, nested(depth - 1))));

describe('an ONNX file', () => {
  it('says its operators, inputs and outputs; what has a value of its own is no input', () => {
    const found = outlineOf({
      nodes: [node('MatMul', 'x', 'y'), node('Sigmoid', 'y', 'p'), node('Sigmoid', 'p', 'q')],
      inputs: [tensor(11, 'x', 1, [0, 4]), tensor(11, 'w', 1, [4, 1])],
      outputs: [tensor(12, 'p', 1, [0, 1]), tensor(12, 'label', 7, [0])],
      inGraph: [part(5, number(1, 4), number(1, 1), number(2, 1), text(8, 'w'))],
    });
    expect(found.inputs.map(valueText)).toEqual(['x float32[N, 4]']);
    expect(found.outputs.map(valueText)).toEqual(['p float32[N, 1]', 'label int64[N]']);
    expect([...found.operators]).toEqual([
      ['MatMul', 1],
      ['Sigmoid', 2],
    ]);
    expect(found).toMatchObject({ ir: 8, opset: 17, nodes: 3, weights: 4 });
    expect([looksLikeOnnx(madeOnnx()), looksLikeOnnx(Buffer.from('{"a":1}'))]).toEqual([true, false]);
  });

  it.each([
    [
      'weights in another file',
      { inGraph: [part(5, number(14, 1), part(13, text(1, 'location'), text(2, '/etc/passwd')))] },
      /keeps weights in other files/,
    ],
    [
      'the same inside of a node',
      { nodes: [node('Constant', 'a', 'p', part(5, part(5, number(14, 1))))] },
      /other files/,
    ],
    [
      'two graphs, of which a reader makes one',
      { inModel: [part(7, node('Sigmoid', 'x', 'p'), text(2, 'g'))] },
      /says its graph twice/,
    ],
    [
      'a field whose number is a graph’s once it is cut to 32 bits',
      { inModel: [number(7 + 2 ** 29, 1)] },
      /has a field 536870919, which is none/,
    ],
    [
      'sparse values in another file',
      {
        nodes: [
          node('Constant', 'a', 'p', part(5, text(1, 'sparse_value'), part(22, part(1, number(14, 1))))),
        ],
      },
      /other files/,
    ],
    [
      'several of them, by their places',
      { nodes: [node('Constant', 'a', 'p', part(5, part(23, part(2, number(14, 1)))))] },
      /other files/,
    ],
    [
      'a value of an attribute that is said twice',
      { nodes: [node('Constant', 'a', 'p', part(5, part(5, number(2, 1)), part(5, number(1, 4))))] },
      /value of an attribute twice/,
    ],
    [
      'an attribute of a kind that is not known',
      { nodes: [node('Constant', 'a', 'p', part(5, part(24, number(14, 1))))] },
      /field 24 of an attribute, which is not known/,
    ],
    [
      'a type of a value that is said twice',
      { inputs: [part(11, text(1, 'x'), part(2, part(1, number(1, 1))), part(2, part(1, number(1, 7))))] },
      /the type of a value twice/,
    ],
    ['chance', { nodes: [node('RandomNormalLike', 'x', 'p')] }, /draws by chance \(RandomNormalLike\)/],
    [
      'chance inside of a branch',
      { nodes: [node('If', 'x', 'p', part(5, part(6, node('Bernoulli', 'a', 'b'))))] },
      /Bernoulli/,
    ],
    [
      'a mode for training',
      { nodes: [part(1, text(1, 'x'), text(1, 'r'), text(1, 't'), text(2, 'p'), text(4, 'Dropout'))] },
      /Dropout/,
    ],
    [
      'operators of a runtime',
      { inModel: [part(8, text(1, 'com.microsoft'), number(2, 1))] },
      /operators of com\.microsoft/,
    ],
    [
      'one such operator',
      { nodes: [node('Gelu', 'x', 'p', text(7, 'com.evil'))] },
      /operator Gelu of com\.evil/,
    ],
    ['functions', { inModel: [part(25, text(1, 'f'))] }, /functions of its own/],
    ['a part for training', { inModel: [part(20, text(1, 'f'))] }, /a part for training/],
    ['graphs too deep', { nodes: [nested(12)] }, /graphs more than 8 deep/],
    [
      'a version that is not known',
      { opset: 99 },
      /has version 99 of ONNX’s operators, and 7 to 30 are read/,
    ],
    [
      'too many nodes',
      { nodes: Array.from({ length: 20_001 }, () => node('Abs', 'x', 'y')) },
      /more than 20000 nodes/,
    ],
    [
      'too many outputs',
      { outputs: Array.from({ length: 65 }, (_, at) => tensor(12, `p${at}`, 1, [1])) },
      /65 outputs|more than 64 values/,
    ],
    [
      'a name without an end',
      { inGraph: [text(2, 'x'.repeat(20)), part(12, text(1, 'n'.repeat(300)))] },
      /text of 300 bytes/,
    ],
  ])('is refused for %s', (_, made, message) => {
    expect(() => outlineOf(made)).toThrow(message);
  });

  it('may have sparse weights, whose dimensions are no tensors', () => {
    const sparse = part(15, part(1, number(1, 2), text(8, 'w')), part(2, number(1, 2)), part(3, [4, 255, 1]));
    expect(outlineOf({ inGraph: [sparse] }).weights).toBe(4);
  });

  it('that breaks off or was altered anywhere is refused or read, and nothing else is thrown', () => {
    const whole = madeOnnx({ nodes: [nested(3), node('Sigmoid', 'x', 'p')] });
    const random = new SeededRandom(1, 1);
    for (let round = 0; round < 1_500; round++) {
      const bytes = Uint8Array.from(
        whole.subarray(0, round % 2 === 0 ? whole.length : Math.floor(random.next() * whole.length)),
      );
      for (let k = 0; k < 3 && bytes.length > 0; k++)
        bytes[Math.floor(random.next() * bytes.length)] = Math.floor(random.next() * 256);
      try {
        onnxOutline(bytes, 'net.onnx');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }
    expect(() => onnxOutline(Uint8Array.from([8, 8, 58, 255, 255, 255, 255, 15]), 'net.onnx')).toThrow(
      /says that 4294967295 bytes follow, and 0 do \(byte 8\)/,
    );
    expect(() => onnxOutline(Uint8Array.from([8, 8]), 'net.onnx')).toThrow(/has no graph/);
  });
});

describe.runIf(HAS_SHARED_DATA)('published ONNX files', () => {
  it('are outlined as the runtime sees them', () => {
    const { cases } = JSON.parse(
      readFileSync(sharedFile('known-answers/models/onnx-models.json'), 'utf8'),
    ) as {
      readonly cases: readonly { readonly onnx_base64: string }[];
    };
    const [mlp, iris] = cases.map(({ onnx_base64: base64 }) =>
      onnxOutline(Buffer.from(base64, 'base64'), 'net.onnx'),
    );
    expect([mlp?.inputs, mlp?.outputs].map((values) => values?.map(valueText))).toEqual([
      ['x float32[N, 4]'],
      ['p float32[N, 1]'],
    ]);
    expect(iris?.inputs.map(valueText)).toEqual(['float_input float32[3, 2]']);
    expect(iris?.outputs.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'label int64',
      'probabilities sequence',
    ]);
    expect([...(iris?.operators.keys() ?? [])]).toEqual(['LinearClassifier', 'Normalizer', 'ZipMap']);
  });
});
