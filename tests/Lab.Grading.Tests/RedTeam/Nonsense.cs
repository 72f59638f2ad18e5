// Is no C#.
// Status: DoesNotCompile
// Message: 
// Unchecked: -
def log_sum_exp(logits, dim):
    return logits.logsumexp(dim)
