"""The seeded classifier: any label set, learned from unlabelled texts and a few keywords per label.

label_tree   labels in a tree
texts        texts as counts of terms
guess        how well each text fits each label's keywords
evidence     how surely each term alone names a label
bayes        the rounds of naive Bayes
machines     the last step, a linear machine for each label
task         what the learners start from, and what they come to
single       one label a text
multi        several labels a text, or none
estimator    the door: SeededClassifier
"""
