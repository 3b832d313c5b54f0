/** ONNX files for tests, written field by field: as small as the fault that they are to show. */

type Part = readonly number[];
const varint = (value: number): Part => {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
};
export const number = (field: number, value: number): Part => [...varint(field * 8), ...varint(value)];
export const part = (field: number, ...parts: readonly Part[]): Part => {
  const bytes = parts.flat();
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
};
export const text = (field: number, value: string): Part => part(field, [...Buffer.from(value)]);

/** ValueInfoProto: 1 is float32, 7 int64, 8 string. A dimension of 0 is open. */
export const tensor = (field: number, name: string, type: number, dims: readonly number[]): Part =>
  part(
    field,
    text(1, name),
    part(
      2,
      part(
        1,
        number(1, type),
        part(2, ...dims.map((dim) => part(1, dim === 0 ? text(2, 'N') : number(1, dim)))),
      ),
    ),
  );
export const node = (operator: string, input: string, output: string, ...more: readonly Part[]): Part =>
  part(1, text(1, input), text(2, output), text(4, operator), ...more);

export type MadeOnnx = {
  readonly nodes?: readonly Part[];
  readonly inputs?: readonly Part[];
  readonly outputs?: readonly Part[];
  readonly inGraph?: readonly Part[];
  readonly inModel?: readonly Part[];
  readonly opset?: number;
};

/** A model of one sigmoid, or what is given in place of its parts. */
export function madeOnnx({
  nodes = [node('Sigmoid', 'x', 'p')],
  inputs = [tensor(11, 'x', 1, [0, 1])],
  outputs = [tensor(12, 'p', 1, [0, 1])],
  inGraph = [],
  inModel = [],
  opset = 17,
}: MadeOnnx = {}): Uint8Array {
  return Uint8Array.from([
    ...number(1, 8),
    ...part(8, text(1, ''), number(2, opset)),
    ...part(7, ...nodes, text(2, 'g'), ...inputs, ...outputs, ...inGraph),
    ...inModel.flat(),
  ]);
}
