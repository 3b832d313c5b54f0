/** The inverse of a symmetric positive definite matrix, row by row; undefined where it is none to the digits of a float. */
export function inverseOf(matrix: Float64Array, size: number): Float64Array | undefined {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
      if (i === j) {
        // What is left of the diagonal after rounding is no curvature.
        if (!(sum > 1e-13 * Math.abs(matrix[i * size + i] as number))) return undefined;
        lower[i * size + i] = Math.sqrt(sum);
      } else lower[i * size + j] = sum / (lower[j * size + j] as number);
    }
  }
  const inverse = new Float64Array(size * size);
  const column = new Float64Array(size);
  for (let unit = 0; unit < size; unit++) {
    for (let i = 0; i < size; i++) {
      let sum = i === unit ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= (lower[i * size + k] as number) * (column[k] as number);
      column[i] = sum / (lower[i * size + i] as number);
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = column[i] as number;
      for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] as number) * (column[k] as number);
      column[i] = sum / (lower[i * size + i] as number);
    }
    for (let i = 0; i < size; i++) inverse[i * size + unit] = column[i] as number;
  }
  return inverse;
}
