# The same cells as `acs_plain.py`, with R's survey package (svrepdesign, svyby, svyquantile).
#
#     Rscript tests/benchmarks/acs_survey.R PERSONS_ZIP HOUSING_ZIP CROSSWALK_FOLDER PERIOD STATE OUT
suppressPackageStartupMessages(library(survey))
given <- commandArgs(trailingOnly = TRUE)
period <- given[4]
state <- given[5]
disability <- c("DDRS", "DEAR", "DEYE", "DOUT", "DPHY", "DREM")

records <- function(archive, columns, weight) {
  member <- grep("[.]csv$", unzip(archive, list = TRUE)$Name, value = TRUE)[1]
  header <- strsplit(readLines(connection <- unz(archive, member), n = 1), ",")[[1]]
  close(connection)
  kinds <- rep("NULL", length(header))
  kinds[header %in% c(columns, weight, paste0(weight, 1:80))] <- "numeric"
  kinds[header %in% c("SERIALNO", "PUMA")] <- "character"
  read.csv(unz(archive, member), colClasses = kinds)
}

crosswalk <- function(geography) {
  path <- file.path(given[3], paste0("crosswalk_puma_to_", geography, ".csv.gz"))
  table <- read.csv(gzfile(path), colClasses = "character", fileEncoding = "latin1")
  table <- table[table$crosswalk_period == period & table$statefip == state, ]
  data.frame(PUMA = table$puma, geoid = sprintf("%s%s", table$statefip, table[[geography]]), afact = as.numeric(table$afact))
}

race_of <- function(rows) {
  ifelse(rows$HISP != 1, "Hispanic", ifelse(rows$RAC1P == 1, "White, Non-Hispanic",
    ifelse(rows$RAC1P == 2, "Black, Non-Hispanic", "Other Races and Ethnicities")))
}

estimates <- function(metric, rows, weight, groups, areas, geography, by_rows = FALSE) {
  found <- list()
  joined <- merge(rows, areas[areas$afact > 0, ], by = "PUMA")
  for (group in c("All", groups)) {
    joined$label <- if (group == "All") "All" else joined[[group]]
    kept <- joined[!is.na(joined$label), ]
    cell <- paste(kept$geoid, kept$label, sep = "|")
    size <- if (by_rows) table(cell) else tapply(kept$afact, cell, sum)
    kept <- kept[cell %in% names(size)[size >= 30], ]
    kept$cell <- paste(kept$geoid, kept$label, sep = "|")
    if (nrow(kept) == 0) next
    replicates <- as.matrix(kept[paste0(weight, 1:80)]) * kept$afact
    design <- svrepdesign(
      data = kept[c("cell", "answer")], weights = kept[[weight]] * kept$afact, repweights = replicates,
      type = "JK1", scale = 4 / 80, rscales = 1, mse = TRUE, combined.weights = TRUE
    )
    if (metric != "income_percentiles") {
      shares <- svyby(~answer, ~cell, design, svymean, keep.names = FALSE)
      half <- qt(0.975, degf(design)) * shares$se
      found[[group]] <- data.frame(
        cell = shares$cell, variable = "share", value = shares$answer,
        lower = ifelse(half > 1e-12, pmax(shares$answer - half, 0), NA),
        upper = ifelse(half > 1e-12, pmin(shares$answer + half, 1), NA)
      )
    } else {
      positions <- split(seq_len(nrow(kept)), kept$cell)
      found[[group]] <- do.call(rbind, lapply(names(positions), function(name) {
        q <- svyquantile(~answer, design[positions[[name]], ], c(.2, .5, .8), qrule = "hf3",
          interval.type = "mean", ci = TRUE)$answer
        data.frame(cell = name, variable = paste0("pctl_income_", c(20, 50, 80)), value = q[, "quantile"],
          lower = q[, "ci.2.5"], upper = q[, "ci.97.5"])
      }))
    }
  }
  if (length(found) == 0) {
    return(NULL)
  }
  found <- do.call(rbind, found)
  parts <- do.call(rbind, strsplit(found$cell, "|", fixed = TRUE))
  data.frame(metric, geography_type = geography, geoid = parts[, 1], subgroup = parts[, 2],
    found[c("variable", "value", "lower", "upper")])
}

persons <- records(given[1], c("AGEP", "SEX", "HISP", "RAC1P", "ESR", "SCHG", "SCHL", "RELSHIPP", disability), "PWGTP")
units <- records(given[2], c("NP", "TYPEHUGQ", "ADJINC", "ADJHSG", "HINCP", "LAPTOP", "TABLET", "HISPEED"), "WGTP")
persons$race <- race_of(persons)
persons$gender <- ifelse(persons$SEX == 1, "Male", "Female")
persons$disability <- ifelse(rowSums(persons[disability] == 1, na.rm = TRUE) > 0, "With Disability", "Without Disability")
units$income_group <- ifelse(round(units$HINCP * units$ADJHSG / 1e6) >= 50000, "$50,000 or More", "Less than $50,000")

adults <- persons[persons$AGEP >= 25 & persons$AGEP <= 54 & !persons$RELSHIPP %in% c(37, 38), ]
adults$answer <- as.numeric(adults$ESR %in% c(1, 2, 4, 5))
young <- persons[persons$AGEP %in% c(19, 20), ]
young$answer <- as.numeric(!is.na(young$SCHL) & young$SCHL >= 16)
children <- persons[persons$AGEP %in% c(3, 4) & (is.na(persons$SCHG) | persons$SCHG <= 2), ]
children$income_group <- units$income_group[match(children$SERIALNO, units$SERIALNO)]
children$answer <- as.numeric(!is.na(children$SCHG) & children$SCHG == 1)
homes <- units[units$TYPEHUGQ == 1 & units$NP >= 1, ]
heads <- persons[persons$RELSHIPP == 20, ]
homes$race <- heads$race[match(homes$SERIALNO, heads$SERIALNO)]
online <- homes[is.na(homes$HISPEED) | homes$HISPEED != 8, ]
online$answer <- as.numeric((online$LAPTOP %in% 1 | online$TABLET %in% 1) & online$HISPEED %in% 1)
homes$answer <- homes$HINCP * homes$ADJINC / 1e6

of_geography <- function(geography) {
  areas <- crosswalk(geography)
  rbind(
    estimates("employment", adults, "PWGTP", c("race", "gender", "disability"), areas, geography),
    estimates("high_school_completion", young, "PWGTP", c("race", "gender", "disability"), areas, geography),
    estimates("preschool_enrollment", children, "PWGTP", c("race", "income_group"), areas, geography),
    estimates("digital_access", online, "WGTP", c("race", "income_group"), areas, geography, by_rows = TRUE),
    estimates("income_percentiles", homes, "WGTP", "race", areas, geography)
  )
}
result <- rbind(of_geography("county"), of_geography("place"))
write.csv(result, given[6], row.names = FALSE)
cat(nrow(result), "numbers\n")
