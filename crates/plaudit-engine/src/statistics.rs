//! Statistics of next-token distributions, asked for by name.

/// Which statistics to compute beside the log-probability of each token, which always is.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Logits are divided by this before anything else; 1 gives the model's own distribution.
    pub temperature: f32,
    /// Entropy in nats: -sum_v p log p.
    pub entropy: bool,
    /// Self-certainty: mean over the vocabulary of -log(V p), V the vocabulary's size (Kang et al., arXiv 2502.18581).
    pub self_certainty: bool,
    /// The number of tokens strictly more probable than the one that came.
    pub rank: bool,
    /// How many of the most probable tokens to return, ties by the smaller id.
    pub top: usize,
    /// Tokens whose log-probability is wanted at every position.
    pub named: Vec<u32>,
    /// Hidden states: 0 is the embedding's output, i the output of layer i; the last layer's is taken after the final
    /// norm. The state is that of the position that predicts the token.
    pub hidden: Vec<usize>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            temperature: 1.0,
            entropy: false,
            self_certainty: false,
            rank: false,
            top: 0,
            named: Vec::new(),
            hidden: Vec::new(),
        }
    }
}

/// One column per statistic, one row per token. Columns not asked for are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Log-probability of the token (natural log), `[tokens]`.
    pub logp: Vec<f32>,
    /// `[tokens]`, nats.
    pub entropy: Vec<f32>,
    /// `[tokens]`, nats.
    pub self_certainty: Vec<f32>,
    /// `[tokens]`.
    pub rank: Vec<u32>,
    /// `[tokens, top]`: ids, most probable first.
    pub top_ids: Vec<u32>,
    /// `[tokens, top]`: their log-probabilities.
    pub top_logp: Vec<f32>,
    /// `[tokens, named]`.
    pub named_logp: Vec<f32>,
    /// One `[tokens, hidden size]` matrix per layer asked for.
    pub hidden: Vec<Vec<f32>>,
}

impl Statistics {
    /// Makes room for `tokens` rows.
    pub(crate) fn resize(&mut self, request: &Request, tokens: usize) {
        self.logp.resize(tokens, 0.0);
        self.entropy.resize(if request.entropy { tokens } else { 0 }, 0.0);
        self.self_certainty.resize(if request.self_certainty { tokens } else { 0 }, 0.0);
        self.rank.resize(if request.rank { tokens } else { 0 }, 0);
        self.top_ids.resize(tokens * request.top, 0);
        self.top_logp.resize(tokens * request.top, 0.0);
        self.named_logp.resize(tokens * request.named.len(), 0.0);
    }

    /// Appends the rows of another part of the same request.
    pub(crate) fn append(&mut self, other: &mut Self) {
        self.logp.append(&mut other.logp);
        self.entropy.append(&mut other.entropy);
        self.self_certainty.append(&mut other.self_certainty);
        self.rank.append(&mut other.rank);
        self.top_ids.append(&mut other.top_ids);
        self.top_logp.append(&mut other.top_logp);
        self.named_logp.append(&mut other.named_logp);
        self.hidden.resize_with(other.hidden.len(), Vec::new);
        for (mine, theirs) in self.hidden.iter_mut().zip(&mut other.hidden) {
            mine.append(theirs);
        }
    }
}
