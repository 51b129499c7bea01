/* x-transaction: the transaction that an operation's handler runs in. */
#include "gen/spec_read.h"

/* What is sent bit by bit can't wait for a commit. */
static const char *
sent_before_commit(const struct spec_op *op)
{
	if (op->websocket != NULL)
		return "a WebSocket";
	for (size_t i = 0; i < op->n_answers; i++) {
		const struct spec_answer *a = &op->answers[i];

		for (size_t k = 0; k < a->n_medias; k++) {
			if (a->medias[k].item != NULL)
				return "a stream";
		}
	}
	return NULL;
}

void
spec_read_transaction(struct spec_reader *r, struct spec_op *op)
{
	static const char *const words[] = {"read-committed", "repeatable-read",
	    "serializable"};
	const struct doc_node *word = doc_get(op->node, "x-transaction");
	const char *sent = sent_before_commit(op);

	if (word == NULL)
		return;
	for (size_t i = 0; i < RT_LEN(words); i++) {
		if (word->type == DOC_STRING && rt_str_is(word->text, words[i]))
			op->transaction = word->text;
	}
	if (op->transaction.p == NULL)
		diag_error(r->diag, word->pos, "extension-type",
		    "'x-transaction' must be read-committed, repeatable-read "
		    "or serializable");
	else if (sent != NULL)
		diag_error(r->diag, word->pos, "transaction-stream",
		    "%s lasts longer than a transaction may", sent);
}
