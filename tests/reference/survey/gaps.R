# Differences of employment (25 to 54) between two groups of a PUMA, and of a PUMA between two years, with R's package
# survey on the microdata:
#     Rscript gaps.R OUT ARCHIVE...        archives csv_pXX.zip of persons; the year is that of the folder
suppressPackageStartupMessages(library(survey))
given <- commandArgs(trailingOnly = TRUE)
weights <- paste0("PWGTP", 1:80)
read_archive <- function(path) {
  member <- grep("[.]csv$", unzip(path, list = TRUE)$Name, value = TRUE)[1]
  rows <- read.csv(unz(path, member))
  names(rows) <- toupper(names(rows))
  rows <- rows[rows$AGEP >= 25 & rows$AGEP <= 54 & !is.na(rows$ESR), c("ST", "PUMA", "SEX", "DIS", "ESR", "PWGTP", weights)]
  rows$employed <- as.numeric(rows$ESR %in% c(1, 2, 4, 5))
  rows$year <- as.integer(substr(basename(dirname(path)), 1, 4))
  rows
}
found <- list()
for (path in given[-1]) {
  rows <- read_archive(path)
  for (puma in sort(unique(rows$PUMA))) {
    here <- rows[rows$PUMA == puma, ]
    design <- svrepdesign(weights = ~PWGTP, repweights = as.matrix(here[, weights]), data = here,
      type = "other", scale = 4 / 80, rscales = rep(1, 80), mse = TRUE, combined.weights = TRUE)
    whole <- svymean(~employed, design)
    keep <- function(by, a, b, difference, exact) found[[length(found) + 1]] <<- data.frame(
      year = here$year[1], state = here$ST[1], puma = puma, by = by, value_a = coef(a)[[1]], error_a = SE(a)[[1]],
      value_b = coef(b)[[1]], error_b = SE(b)[[1]], difference = difference, error = exact)
    keep("all", whole, whole, 0, 0)
    for (by in c("SEX", "DIS")) {
      both <- svyby(~employed, as.formula(paste0("~", by)), design, svymean, covmat = TRUE)
      gap <- svycontrast(both, c(1, -1))
      a <- both[1, ]; b <- both[2, ]
      found[[length(found) + 1]] <- data.frame(year = here$year[1], state = here$ST[1], puma = puma, by = by,
        value_a = a$employed, error_a = a$se, value_b = b$employed, error_b = b$se,
        difference = coef(gap)[[1]], error = SE(gap)[[1]])
    }
  }
}
write.csv(do.call(rbind, found), given[1], row.names = FALSE)
