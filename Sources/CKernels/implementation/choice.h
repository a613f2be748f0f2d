// Choosing the next token: from logits to log-probabilities, to the likeliest of them, to a draw.

// x becomes log softmax(x).
static void K(log_softmax)(float *x, size_t count) {
  enum { block = 1024 };
  float top = K(largest)(x, count);
  // Blocks in float32, their sums in double: a vocabulary is long, and one sum in float32 would lose digits.
  double sum = 0.0;
  for (size_t begin = 0; begin < count; begin += block) {
    size_t end = count - begin < block ? count : begin + block;
    float part = 0.0f;
    for (size_t j = begin; j < end; j++) part += K(exponential)(x[j] - top);
    sum += (double)part;
  }
  float shift = (float)log(sum);
  for (size_t j = 0; j < count; j++) x[j] = (x[j] - top) - shift;
}

static inline bool K(is_worse)(float a, int32_t i, float b, int32_t j) { return a < b || (a == b && i > j); }

// Moves the root of a heap with the worst on top down to its place.
static void K(sift_down)(float *values, int32_t *indices, size_t root, size_t count) {
  float value = values[root];
  int32_t index = indices[root];
  for (;;) {
    size_t child = 2 * root + 1;
    if (child >= count) break;
    if (child + 1 < count && K(is_worse)(values[child + 1], indices[child + 1], values[child], indices[child])) child++;
    if (!K(is_worse)(values[child], indices[child], value, index)) break;
    values[root] = values[child];
    indices[root] = indices[child];
    root = child;
  }
  values[root] = value;
  indices[root] = index;
}

static void K(select_largest)(float *restrict values, int32_t *restrict indices, const float *restrict x, size_t count,
                              size_t keep) {
  enum { block = 64 };
  for (size_t j = 0; j < keep; j++) {
    values[j] = x[j];
    indices[j] = (int32_t)j;
  }
  for (size_t j = keep / 2; j-- > 0;) K(sift_down)(values, indices, j, keep);
  for (size_t begin = keep; begin < count; begin += block) {
    size_t end = count - begin < block ? count : begin + block;
    // Hardly a block holds anything that belongs to the largest, and its maximum is found at full width.
    if (!(K(largest)(x + begin, end - begin) > values[0])) continue;
    for (size_t j = begin; j < end; j++) {
      if (!(x[j] > values[0])) continue;
      values[0] = x[j];
      indices[0] = (int32_t)j;
      K(sift_down)(values, indices, 0, keep);
    }
  }
  // The worst goes behind what is left of the heap, again and again.
  for (size_t left = keep; left > 1; left--) {
    float value = values[0];
    int32_t index = indices[0];
    values[0] = values[left - 1];
    indices[0] = indices[left - 1];
    values[left - 1] = value;
    indices[left - 1] = index;
    K(sift_down)(values, indices, 0, left - 1);
  }
}

// Arranges x[begin, end) around one of its values: [begin, *equal) below it, [*equal, *above) equal, [*above, end) above.
static float K(partition)(float *x, size_t begin, size_t end, size_t *equal, size_t *above) {
  float a = x[begin], b = x[begin + (end - begin) / 2], c = x[end - 1];
  float pivot = a < b ? (b < c ? b : (a < c ? c : a)) : (a < c ? a : (b < c ? c : b));
  size_t low = begin, j = begin, high = end;
  while (j < high) {
    float value = x[j];
    if (value < pivot) {
      x[j++] = x[low];
      x[low++] = value;
    } else if (value > pivot) {
      x[j] = x[--high];
      x[high] = value;
    } else {
      j++;
    }
  }
  *equal = low;
  *above = high;
  return pivot;
}

// The keep-th largest value; x is rearranged.
static float K(threshold_of_count)(float *x, size_t count, size_t keep) {
  size_t begin = 0, end = count, place = count - keep;
  for (;;) {
    size_t equal, above;
    float pivot = K(partition)(x, begin, end, &equal, &above);
    if (place < equal) {
      end = equal;
    } else if (place < above) {
      return pivot;
    } else {
      begin = above;
    }
  }
}

static double K(sum)(const float *x, size_t count) {
  double sum = 0.0;
  for (size_t j = 0; j < count; j++) sum += (double)x[j];
  return sum;
}

// The least value up to which, itself included, the values of x sum to more than `rest`; x is rearranged.
static float K(threshold_of_sum)(float *x, size_t count, double rest) {
  size_t begin = 0, end = count;
  double below = 0.0;
  for (;;) {
    size_t equal, above;
    float pivot = K(partition)(x, begin, end, &equal, &above);
    double less = K(sum)(x + begin, equal - begin);
    if (below + less > rest) {
      end = equal;
      continue;
    }
    below += less + (double)pivot * (double)(above - equal);
    // Rounding may leave nothing above: the largest value is kept in any case.
    if (below > rest || above == end) return pivot;
    begin = above;
  }
}

static void K(sampling_weights)(float *restrict x, float *restrict scratch, size_t count, float temperature,
                                size_t top_k, double top_p) {
  float top = K(largest)(x, count);
  float lowest = -INFINITY;
  if (top_k > 0 && top_k < count) {
    memcpy(scratch, x, count * sizeof *x);
    lowest = K(threshold_of_count)(scratch, count, top_k);
  }
  for (size_t j = 0; j < count; j++) x[j] = x[j] < lowest ? 0.0f : K(exponential)((x[j] - top) / temperature);
  if (top_p < 1.0) {
    memcpy(scratch, x, count * sizeof *x);
    double all = K(sum)(x, count);
    float least = K(threshold_of_sum)(scratch, count, (1.0 - top_p) * all);
    for (size_t j = 0; j < count; j++) x[j] = x[j] < least ? 0.0f : x[j];
  }
}

static size_t K(draw)(const float *weights, size_t count, double unit) {
  double goal = unit * K(sum)(weights, count);
  double sum = 0.0;
  size_t last = 0;
  for (size_t j = 0; j < count; j++) {
    if (!(weights[j] > 0.0f)) continue;
    sum += (double)weights[j];
    last = j;
    if (sum > goal) break;
  }
  return last;
}
