"""Rebuild model/ from taxonomy/ and seeds/; the same as ``industag train`` with the folders of this checkout."""

from pathlib import Path

from industag import load_learned_terms, load_seed_sentences, load_taxonomy, load_term_weights, save, train
from industag.card import card, metrics
from industag.seeds import load_measured

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    taxonomy = load_taxonomy(HERE / "taxonomy")
    seeds = HERE / "seeds"
    trained = train(
        taxonomy,
        load_seed_sentences(taxonomy, seeds),
        learned=load_learned_terms(taxonomy, seeds),
        starts=load_term_weights(taxonomy, seeds),
    )
    save(
        trained.tagger,
        HERE / "model",
        {"card.md": card(trained, load_measured(seeds)), "metrics.json": metrics(trained)},
    )
